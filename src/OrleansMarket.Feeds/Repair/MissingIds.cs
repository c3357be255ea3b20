using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Feeds.Repair;

/// <summary>The ids of one hole that are still missing, as ranges in order.</summary>
internal sealed class MissingIds
{
    private readonly List<IdRange> _ranges;

    public MissingIds(IdRange hole) => _ranges = [hole];

    public bool IsEmpty => _ranges.Count == 0;

    public long First => _ranges[0].First;

    public long Last => _ranges[^1].Last;

    public IReadOnlyList<IdRange> Ranges => _ranges;

    /// <summary>Tells whether every id of the range is missing.</summary>
    public bool Contains(IdRange range) => _ranges.Exists(missing => missing.Contains(range));

    /// <summary>The parts of the range that are missing, in order.</summary>
    public IReadOnlyList<IdRange> Within(IdRange range) =>
        [.. _ranges.Where(missing => missing.Overlaps(range)).Select(missing => new IdRange(Math.Max(missing.First, range.First), Math.Min(missing.Last, range.Last)))];

    /// <summary>Takes a range out.</summary>
    public void Remove(IdRange range)
    {
        for (var i = _ranges.Count - 1; i >= 0; i--)
        {
            var missing = _ranges[i];
            if (!missing.Overlaps(range))
            {
                continue;
            }

            _ranges.RemoveAt(i);
            if (missing.Last > range.Last)
            {
                _ranges.Insert(i, new IdRange(range.Last + 1, missing.Last));
            }

            if (missing.First < range.First)
            {
                _ranges.Insert(i, new IdRange(missing.First, range.First - 1));
            }
        }
    }
}
