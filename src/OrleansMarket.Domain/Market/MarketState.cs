using OrleansMarket.Domain.Analytics;

namespace OrleansMarket.Domain.Market;

/// <summary>Everything known of one symbol.</summary>
public sealed record MarketState
{
    /// <summary>Gets the line of the symbol table.</summary>
    public required SymbolOverview Overview { get; init; }

    /// <summary>Gets the event time up to which the figures are settled; they wait behind an open gap. <see langword="null"/> before the first trade.</summary>
    public DateTimeOffset? SettledTo { get; init; }

    /// <summary>Gets the figures of price, volatility, flow, volume and whales.</summary>
    public required MarketFigures Figures { get; init; }

    /// <summary>Gets counts of what was taken and refused since the first start.</summary>
    public required TradeCounts Counts { get; init; }

    /// <summary>Gets the running candle of every interval.</summary>
    public required IReadOnlyList<CandleView> OpenCandles { get; init; }

    /// <summary>Gets the gaps now open.</summary>
    public required IReadOnlyList<GapView> OpenGaps { get; init; }

    /// <summary>Gets the latest minutes that differ from the exchange's own although their trades were read again, oldest first.</summary>
    public IReadOnlyList<MismatchView> Mismatches { get; init; } = [];
}

/// <summary>What the engine took and refused.</summary>
/// <param name="Trades">Trades counted, each once.</param>
/// <param name="Duplicates">Trades seen again and not counted.</param>
/// <param name="Late">Trades merged into a window that had been reported.</param>
/// <param name="Gaps">Gaps ever opened.</param>
/// <param name="RepairedIds">Trade ids brought by repairs.</param>
/// <param name="DeadLetters">Prints refused.</param>
public sealed record TradeCounts(long Trades, long Duplicates, long Late, long Gaps, long RepairedIds, long DeadLetters);
