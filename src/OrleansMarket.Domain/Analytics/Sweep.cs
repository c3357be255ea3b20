using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Analytics;

/// <summary>
/// Contiguous trades of one side at one exchange time whose prices never move back: an estimate of one taker order, since the exchange
/// does not publish order ids. Numbers are scaled by the symbol's <see cref="SymbolSpec"/>.
/// </summary>
public readonly record struct Sweep
{
    /// <summary>Gets the first trade id.</summary>
    public required long FirstId { get; init; }

    /// <summary>Gets the last trade id.</summary>
    public required long LastId { get; init; }

    /// <summary>Gets the exchange's trade time, µs.</summary>
    public required long TradeTimeMicros { get; init; }

    /// <summary>Gets who took liquidity.</summary>
    public required TakerSide Taker { get; init; }

    /// <summary>Gets the base quantity, scaled.</summary>
    public required Int128 Quantity { get; init; }

    /// <summary>Gets the quote amount, scaled.</summary>
    public required Int128 QuoteAmount { get; init; }

    /// <summary>Gets the first price, scaled.</summary>
    public required long FirstPrice { get; init; }

    /// <summary>Gets the last price, scaled.</summary>
    public required long LastPrice { get; init; }

    /// <summary>Gets how many distinct price levels were taken.</summary>
    public required int Levels { get; init; }

    /// <summary>Gets the price of the print before the sweep, scaled; 0 when there was none.</summary>
    public long PriceBefore { get; init; }

    /// <summary>Gets the notional in USD, or NaN when no rate is known.</summary>
    public double NotionalUsd { get; init; }

    /// <summary>Gets the threshold in force, USD (or quote units when no rate is known).</summary>
    public double Threshold { get; init; }

    /// <summary>Gets whether a repair changed it after it had been reported.</summary>
    public bool Revised { get; init; }

    /// <summary>Gets the number of trades.</summary>
    public long TradeCount => LastId - FirstId + 1;

    /// <summary>Gets the last price against the print before, as a fraction (0.001 = 0.1 %); NaN when there was none.</summary>
    public double Impact => PriceBefore > 0 ? ((double)LastPrice / PriceBefore) - 1 : double.NaN;
}
