namespace OrleansMarket.Domain.Pipeline;

/// <summary>A gap in the ledger.</summary>
internal sealed class LedgerGap
{
    /// <summary>Gets or sets the missing ids.</summary>
    public required IdRange Ids { get; set; }

    /// <summary>Gets the ids missing when the gap was noticed; pieces of one gap share it.</summary>
    public required IdRange Origin { get; init; }

    /// <summary>Gets or sets the trade time before the hole, µs.</summary>
    public required long AfterMicros { get; set; }

    /// <summary>Gets or sets the trade time after the hole, µs.</summary>
    public required long BeforeMicros { get; set; }

    /// <summary>Gets or sets the last tick before it was opened, µs; patience and age count from there. 0 until there was a tick.</summary>
    public required long OpenedTickMicros { get; set; }

    /// <summary>Gets or sets what became of it: open or given up while it is in the ledger.</summary>
    public GapState State { get; set; }

    /// <summary>The gap as the outside sees it.</summary>
    public Gap ToGap() => new(Ids, AfterMicros, BeforeMicros, State);
}
