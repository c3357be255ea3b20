using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Repair;

/// <summary>What one attempt at the gaps of a symbol has found so far, and how far the exchange was asked.</summary>
internal sealed class RepairAttempt(SymbolSpec spec, IReadOnlyList<Gap> gaps, int calls)
{
    private readonly List<Print> _found = [];
    private readonly List<(IdRange Ids, string Why)> _uncut = [];

    public SymbolSpec Spec { get; } = spec;

    /// <summary>Gets the gaps tried, by id.</summary>
    public IReadOnlyList<Gap> Gaps { get; } = gaps;

    public MissingIds Missing { get; } = new(gaps.Select(gap => gap.Missing));

    public IReadOnlyList<Print> Found => _found;

    /// <summary>Gets how many calls may still be made.</summary>
    public int CallsLeft { get; private set; } = calls;

    /// <summary>Gets or sets the first id that was not asked for yet: what is missing below it is not known to the exchange.</summary>
    public long AskedTo { get; set; } = long.MinValue;

    /// <summary>Gets or sets why the exchange cannot be asked any further now.</summary>
    public ExchangeUnavailableException? Refusal { get; set; }

    /// <summary>Gets the first id that is missing and was not asked for.</summary>
    public long? NextMissing => AskedTo == long.MaxValue ? null : Missing.FirstFrom(AskedTo);

    /// <summary>Spends one call; answers whether there was one left.</summary>
    public bool MayCall() => CallsLeft > 0 && CallsLeft-- > 0;

    /// <summary>Takes a print that lies wholly inside what is missing; answers how many ids it closed.</summary>
    public long Take(in Print print)
    {
        var ids = new IdRange(print.FirstId, print.LastId);
        if (!Missing.Contains(ids))
        {
            return 0;
        }

        _found.Add(print);
        Missing.Remove(ids);
        return ids.Count;
    }

    /// <summary>Remembers that an aggregate could not be cut: asking again soon brings nothing.</summary>
    public void Uncut(IdRange ids, string why) => _uncut.Add((ids, why));

    /// <summary>Why the aggregate that holds an id range could not be cut; <see langword="null"/> when it was not that.</summary>
    public string? WhyUncut(IdRange ids) => _uncut.Find(uncut => uncut.Ids.Contains(ids)).Why;

    /// <summary>The gap that holds an id.</summary>
    public Gap GapAt(long id)
    {
        int low = 0, high = Gaps.Count - 1;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = Gaps[middle].Missing.Last < id ? (middle + 1, high) : (low, middle);
        }

        return Gaps[low];
    }

    public IReadOnlyList<Print> Sorted()
    {
        _found.Sort(static (a, b) => a.FirstId.CompareTo(b.FirstId));
        return _found;
    }
}
