namespace OrleansMarket.Domain.Candles;

/// <summary>How final a candle is. It only rises, except that a repair may lower <see cref="Verified"/> until it is compared again.</summary>
public enum CandleStatus : byte
{
    /// <summary>The window is running.</summary>
    Open,

    /// <summary>The window is over by clock, or an id inside it is still missing: no proof yet that nothing is missing.</summary>
    Provisional,

    /// <summary>A contiguous id of a later window, or the exchange's own last id, proves that nothing is missing.</summary>
    Complete,

    /// <summary>Equal to the exchange's own kline in every field.</summary>
    Verified,
}

/// <summary>What else is to be known of a candle.</summary>
[Flags]
public enum CandleFlags : byte
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>Trades were merged in after the window had been reported.</summary>
    Repaired = 1,

    /// <summary>We joined inside the window: its start is missing. Kept out of alerts.</summary>
    Partial = 2,

    /// <summary>Repaired from aggregates whose quote amounts may differ in the last digits.</summary>
    QuoteApproximate = 4,

    /// <summary>No trades: the previous close carried, zero volume.</summary>
    Carried = 8,

    /// <summary>Taken from the exchange's klines, not built from trades (cold start).</summary>
    FromExchange = 16,

    /// <summary>The exchange's own kline differs; a repair was opened.</summary>
    Mismatched = 32,
}
