namespace OrleansMarket.Domain.Trades;

/// <summary>
/// The engine's unit: what one line of the tape covers, trade ids <see cref="FirstId"/> to <see cref="LastId"/> of one symbol at one
/// time, price and side. An individual trade has first = last; an exchange aggregate covers several.
/// </summary>
/// <remarks>All numbers are scaled by the symbol's <see cref="SymbolSpec"/>. <c>default</c> is not a valid print.</remarks>
public readonly record struct Print
{
    /// <summary>The largest trade id taken: 18 digits, so that the next one is a number, too.</summary>
    public const long MaxId = 999_999_999_999_999_999;

    /// <summary>Builds a print of one or more trades.</summary>
    /// <param name="firstId">First trade id covered, ≥ 0.</param>
    /// <param name="lastId">Last trade id covered, <paramref name="firstId"/> to <see cref="MaxId"/>.</param>
    /// <param name="tradeTimeMicros">The exchange's trade time <c>T</c>, µs since the epoch.</param>
    /// <param name="price">Scaled price, > 0.</param>
    /// <param name="quantity">Scaled base quantity, > 0.</param>
    /// <param name="quoteAmount">Scaled quote amount.</param>
    /// <param name="taker">Who took liquidity.</param>
    /// <param name="quoteIsApproximate">Whether the quote amount may differ from the sum over the individual trades in its last digits.</param>
    public Print(long firstId, long lastId, long tradeTimeMicros, long price, long quantity, Int128 quoteAmount, TakerSide taker, bool quoteIsApproximate = false)
    {
        FirstId = firstId;
        LastId = lastId;
        TradeTimeMicros = tradeTimeMicros;
        Price = price;
        Quantity = quantity;
        QuoteAmount = quoteAmount;
        Taker = taker;
        QuoteIsApproximate = quoteIsApproximate;
    }

    /// <summary>Gets the first trade id covered.</summary>
    public long FirstId { get; }

    /// <summary>Gets the last trade id covered, inclusive.</summary>
    public long LastId { get; }

    /// <summary>Gets the exchange's trade time, µs since the epoch. Windows are cut by it.</summary>
    public long TradeTimeMicros { get; }

    /// <summary>Gets the scaled price, quote per base.</summary>
    public long Price { get; }

    /// <summary>Gets the scaled quantity, base units.</summary>
    public long Quantity { get; }

    /// <summary>Gets the scaled quote amount.</summary>
    public Int128 QuoteAmount { get; }

    /// <summary>Gets who took liquidity.</summary>
    public TakerSide Taker { get; }

    /// <summary>Gets whether the quote amount came from an aggregate whose individual cuts are unknown.</summary>
    public bool QuoteIsApproximate { get; }

    /// <summary>Gets how many trades the print covers.</summary>
    public long TradeCount => LastId - FirstId + 1;

    /// <summary>An individual trade; the quote amount is computed as the exchange does.</summary>
    public static Print Trade(SymbolSpec spec, long id, long tradeTimeMicros, long price, long quantity, TakerSide taker) =>
        new(id, id, tradeTimeMicros, price, quantity, spec.QuoteAmount(price, quantity), taker);

    /// <summary>An exchange aggregate; its quote amount is flagged approximate where the exchange cuts and more than one trade is covered.</summary>
    public static Print Aggregate(SymbolSpec spec, long firstId, long lastId, long tradeTimeMicros, long price, long quantity, TakerSide taker) =>
        new(firstId, lastId, tradeTimeMicros, price, quantity, spec.QuoteAmount(price, quantity), taker, spec.CutsQuote && lastId > firstId);
}
