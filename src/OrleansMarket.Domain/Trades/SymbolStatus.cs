namespace OrleansMarket.Domain.Trades;

/// <summary>What the exchange says of a symbol. Source: Binance Spot API, enums, "Symbol status".</summary>
public enum SymbolStatus : byte
{
    /// <summary>Not asked yet.</summary>
    Unknown,

    /// <summary>Trading normally.</summary>
    Trading,

    /// <summary>Halted (HALT, BREAK, END_OF_DAY): no trades are expected, silence is not staleness.</summary>
    Halted,

    /// <summary>Only cancellations are taken (CANCEL_ONLY): no trades are expected.</summary>
    CancelOnly,

    /// <summary>No longer in the exchange's list.</summary>
    Delisted,
}
