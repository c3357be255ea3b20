namespace OrleansMarket.Silo.Import;

/// <summary>What was brought into the cluster, and what was there already.</summary>
internal sealed class ImportCounts
{
    private readonly Dictionary<string, (long Brought, long Kept)> _counts = [];

    /// <summary>Counts things of one kind.</summary>
    /// <param name="kind">What they are, for people.</param>
    /// <param name="brought">How many were written.</param>
    /// <param name="kept">How many the cluster had, and kept.</param>
    public void Add(string kind, long brought, long kept = 0)
    {
        var (before, keptBefore) = _counts.GetValueOrDefault(kind);
        _counts[kind] = (before + brought, keptBefore + kept);
    }

    /// <summary>A line per kind.</summary>
    public IEnumerable<string> Lines() => _counts.Select(
        pair => FormattableString.Invariant($"{pair.Key,-14}{pair.Value.Brought,12:N0}{(pair.Value.Kept > 0 ? FormattableString.Invariant($"   {pair.Value.Kept:N0} were there") : "")}"));
}
