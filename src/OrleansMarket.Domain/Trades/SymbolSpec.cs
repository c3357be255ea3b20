namespace OrleansMarket.Domain.Trades;

/// <summary>How one symbol's numbers are scaled and bounded. Immutable; a change of scale is a new engine.</summary>
/// <remarks>
/// Prices and quantities are 64-bit integers in units of 10^-<see cref="PriceDecimals"/> and 10^-<see cref="QuantityDecimals"/>;
/// quote amounts are 128-bit integers in units of 10^-<see cref="QuoteDecimals"/>. Binance never uses more than 8 decimals and
/// cuts each trade's quote amount to 8, so <see cref="QuoteDecimals"/> is the sum of both, at most 8.
/// </remarks>
public sealed record SymbolSpec
{
    /// <summary>The most decimals of a price, a quantity or a quote amount.</summary>
    public const int MaxDecimals = 8;

    /// <summary>Builds a specification.</summary>
    /// <param name="symbol">The pair.</param>
    /// <param name="priceDecimals">Decimals of a price, 0 to 8 (from the tick size).</param>
    /// <param name="quantityDecimals">Decimals of a quantity, 0 to 8 (from the lot step).</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of decimals is outside 0 to 8.</exception>
    public SymbolSpec(Symbol symbol, int priceDecimals, int quantityDecimals)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)priceDecimals, (uint)MaxDecimals, nameof(priceDecimals));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)quantityDecimals, (uint)MaxDecimals, nameof(quantityDecimals));
        Symbol = symbol;
        PriceDecimals = priceDecimals;
        QuantityDecimals = quantityDecimals;
    }

    /// <summary>Gets the pair.</summary>
    public Symbol Symbol { get; }

    /// <summary>Gets the decimals of a price.</summary>
    public int PriceDecimals { get; }

    /// <summary>Gets the decimals of a quantity.</summary>
    public int QuantityDecimals { get; }

    /// <summary>Gets the decimals of a quote amount: the sum of both, at most 8.</summary>
    public int QuoteDecimals => Math.Min(MaxDecimals, PriceDecimals + QuantityDecimals);

    /// <summary>Gets whether price × quantity may have more than 8 decimals, so that the exchange cuts each trade's quote amount.</summary>
    public bool CutsQuote => PriceDecimals + QuantityDecimals > MaxDecimals;

    /// <summary>Gets the base asset (BTC of BTCUSDT); empty when unknown.</summary>
    public string BaseAsset { get; init; } = "";

    /// <summary>Gets the quote asset (USDT of BTCUSDT); empty when unknown.</summary>
    public string QuoteAsset { get; init; } = "";

    /// <summary>Gets what the exchange says of the symbol.</summary>
    public SymbolStatus Status { get; init; }

    /// <summary>Gets the smallest price accepted, scaled; at least 1.</summary>
    public long MinPrice { get; init; } = 1;

    /// <summary>Gets the largest price accepted, scaled.</summary>
    public long MaxPrice { get; init; } = long.MaxValue;

    /// <summary>Gets the smallest quantity accepted, scaled; at least 1.</summary>
    public long MinQuantity { get; init; } = 1;

    /// <summary>Gets the largest quantity accepted, scaled.</summary>
    public long MaxQuantity { get; init; } = long.MaxValue;

    /// <summary>The specification that fits every symbol exactly when nothing is known of it: 8 decimals each, no limits.</summary>
    public static SymbolSpec Widest(Symbol symbol) => new(symbol, MaxDecimals, MaxDecimals);

    /// <summary>
    /// The same symbol with at least the given decimals; limits are scaled along. A finer scale holds every number of a coarser one exactly,
    /// and cuts the same quote amounts.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A number of decimals is outside 0 to 8.</exception>
    public SymbolSpec WithAtLeast(int priceDecimals, int quantityDecimals)
    {
        var price = Math.Max(PriceDecimals, priceDecimals);
        var quantity = Math.Max(QuantityDecimals, quantityDecimals);
        return price == PriceDecimals && quantity == QuantityDecimals
            ? this
            : new SymbolSpec(Symbol, price, quantity)
            {
                BaseAsset = BaseAsset,
                QuoteAsset = QuoteAsset,
                Status = Status,
                MinPrice = Widen(MinPrice, price - PriceDecimals),
                MaxPrice = Widen(MaxPrice, price - PriceDecimals),
                MinQuantity = Widen(MinQuantity, quantity - QuantityDecimals),
                MaxQuantity = Widen(MaxQuantity, quantity - QuantityDecimals),
            };

        static long Widen(long limit, int decimals) =>
            limit > long.MaxValue / ScaledNumber.PowerOfTen(decimals) ? long.MaxValue : limit * ScaledNumber.PowerOfTen(decimals);
    }

    /// <summary>The quote amount of one individual trade, scaled: price × quantity, cut (not rounded) to <see cref="QuoteDecimals"/>.</summary>
    public Int128 QuoteAmount(long price, long quantity) =>
        ScaledNumber.MultiplyAndCut(price, quantity, PriceDecimals + QuantityDecimals - QuoteDecimals);

    /// <summary>A scaled price as a decimal, in quote units per base unit.</summary>
    public decimal Price(long scaled) => ScaledNumber.ToDecimal(scaled, PriceDecimals);

    /// <summary>A scaled quantity or sum of quantities as a decimal, in base units.</summary>
    public decimal Quantity(Int128 scaled) => ScaledNumber.ToDecimal(scaled, QuantityDecimals);

    /// <summary>A scaled quote amount or sum as a decimal, in quote units.</summary>
    public decimal Quote(Int128 scaled) => ScaledNumber.ToDecimal(scaled, QuoteDecimals);
}
