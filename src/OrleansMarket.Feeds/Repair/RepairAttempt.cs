using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Repair;

/// <summary>What one attempt has found so far.</summary>
internal sealed class RepairAttempt(SymbolSpec spec, Gap gap)
{
    private readonly List<Print> _found = [];
    private readonly List<string> _notes = [];

    public SymbolSpec Spec { get; } = spec;

    public Gap Gap { get; } = gap;

    public MissingIds Missing { get; } = new(gap.Missing);

    public IReadOnlyList<Print> Found => _found;

    /// <summary>Gets how many calls may still be made in this attempt.</summary>
    public int CallsLeft { get; set; }

    /// <summary>Gets or sets whether an aggregate could not be cut: asking again soon brings nothing.</summary>
    public bool HasUncut { get; private set; }

    public string? Reason => _notes.Count == 0 ? null : string.Join("; ", _notes);

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

    public void Note(string note, bool uncut = false)
    {
        HasUncut |= uncut;
        if (_notes.Count < 3 && !_notes.Contains(note))
        {
            _notes.Add(note);
        }
    }

    public IReadOnlyList<Print> Sorted()
    {
        _found.Sort(static (a, b) => a.FirstId.CompareTo(b.FirstId));
        return _found;
    }
}
