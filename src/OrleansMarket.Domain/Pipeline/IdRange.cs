namespace OrleansMarket.Domain.Pipeline;

/// <summary>Trade ids <paramref name="First"/> to <paramref name="Last"/>, both inclusive.</summary>
/// <param name="First">First id.</param>
/// <param name="Last">Last id, ≥ first.</param>
public readonly record struct IdRange(long First, long Last)
{
    /// <summary>Gets how many ids the range holds.</summary>
    public long Count => Last - First + 1;

    /// <summary>Tells whether the two ranges share an id.</summary>
    public bool Overlaps(IdRange other) => First <= other.Last && other.First <= Last;

    /// <summary>Tells whether every id of the other range is in this one.</summary>
    public bool Contains(IdRange other) => First <= other.First && other.Last <= Last;

    /// <inheritdoc/>
    public override string ToString() => First == Last ? $"{First}" : $"{First}..{Last}";
}
