namespace OrleansMarket.Feeds.Simulation;

/// <summary>What the simulator did to its stream on purpose.</summary>
/// <param name="Gaps">Holes made, those of stalls not included.</param>
/// <param name="Lost">Trades that fell into holes.</param>
/// <param name="Duplicates">Trades sent twice.</param>
/// <param name="Reordered">Trades sent behind later ones.</param>
/// <param name="Malformed">Trades sent as frames that cannot be read.</param>
/// <param name="Stalls">Times the stream fell silent.</param>
public readonly record struct SimulatorFaultCounts(long Gaps, long Lost, long Duplicates, long Reordered, long Malformed, long Stalls)
{
    /// <summary>Adds the counts of two streams.</summary>
    public static SimulatorFaultCounts operator +(in SimulatorFaultCounts left, in SimulatorFaultCounts right) => new(
        left.Gaps + right.Gaps, left.Lost + right.Lost, left.Duplicates + right.Duplicates,
        left.Reordered + right.Reordered, left.Malformed + right.Malformed, left.Stalls + right.Stalls);
}
