using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Feeds.Repair;

/// <summary>The ids of some gaps that are still missing, as ranges in order.</summary>
internal sealed class MissingIds
{
    private readonly List<IdRange> _ranges;

    /// <param name="gaps">By id, none overlapping.</param>
    public MissingIds(IEnumerable<IdRange> gaps) => _ranges = [.. gaps];

    public bool IsEmpty => _ranges.Count == 0;

    /// <summary>The first missing id that is not smaller than the given one.</summary>
    public long? FirstFrom(long id)
    {
        var index = IndexFrom(id);
        return index == _ranges.Count ? null : Math.Max(id, _ranges[index].First);
    }

    /// <summary>The last missing id that is not greater than the given one.</summary>
    public long? LastUpTo(long id)
    {
        var index = IndexFrom(id);
        return index < _ranges.Count && _ranges[index].First <= id ? id : index > 0 ? _ranges[index - 1].Last : null;
    }

    /// <summary>Tells whether every id of the range is missing.</summary>
    public bool Contains(IdRange range) => IndexFrom(range.First) is var index && index < _ranges.Count && _ranges[index].Contains(range);

    /// <summary>The parts of the range that are missing, in order.</summary>
    public IReadOnlyList<IdRange> Within(IdRange range)
    {
        List<IdRange> parts = [];
        for (var index = IndexFrom(range.First); index < _ranges.Count && _ranges[index].First <= range.Last; index++)
        {
            parts.Add(new IdRange(Math.Max(_ranges[index].First, range.First), Math.Min(_ranges[index].Last, range.Last)));
        }

        return parts;
    }

    /// <summary>Takes out a range that is missing whole.</summary>
    public void Remove(IdRange range)
    {
        var index = IndexFrom(range.First);
        var missing = _ranges[index];
        _ranges.RemoveAt(index);
        if (missing.Last > range.Last)
        {
            _ranges.Insert(index, missing with { First = range.Last + 1 });
        }

        if (missing.First < range.First)
        {
            _ranges.Insert(index, missing with { Last = range.First - 1 });
        }
    }

    /// <summary>The index of the first range that ends at or after an id.</summary>
    private int IndexFrom(long id)
    {
        int low = 0, high = _ranges.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = _ranges[middle].Last < id ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
