using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Simulation;

/// <summary>What the simulator knows of one pair: its real scales, and how it behaves.</summary>
public sealed record SimulatedSymbol
{
    // Tick and lot sizes as the exchange lists them; levels and activity are of the right order of magnitude and nothing more.
    private static readonly SimulatedSymbol[] Known =
    [
        Pair("BTC", "USDT", 2, 5, 64_000m, 0.025, 1.0, 1_200),
        Pair("ETH", "USDT", 2, 4, 3_100m, 0.032, 0.6, 900),
        Pair("SOL", "USDT", 2, 3, 150m, 0.045, 0.4, 500),
        Pair("ADA", "USDT", 4, 1, 0.45m, 0.045, 0.1, 250),
        Pair("DOT", "USDT", 3, 2, 6.2m, 0.045, 0.02, 200),
        Pair("BNB", "USDT", 2, 3, 580m, 0.025, 0.3, 600),
        Pair("XRP", "USDT", 4, 1, 0.55m, 0.04, 0.3, 400),
        Pair("DOGE", "USDT", 5, 0, 0.12m, 0.055, 0.3, 300),
        Pair("PEPE", "USDT", 8, 0, 0.000_011m, 0.08, 0.2, 250),
        Pair("SHIB", "USDT", 8, 0, 0.000_017m, 0.06, 0.1, 250),
        Pair("ETH", "BTC", 5, 4, 0.048m, 0.02, 0.05, 0.02),
        Pair("BTC", "TRY", 0, 5, 2_100_000m, 0.025, 0.05, 20_000),
        Pair("USDT", "TRY", 2, 0, 33m, 0.004, 0.1, 8_000),
        Pair("BTC", "IDR", 0, 5, 1_030_000_000m, 0.025, 0.02, 9_000_000),
        Pair("USDT", "IDR", 0, 1, 16_000m, 0.004, 0.02, 3_000_000),
    ];

    /// <summary>Gets the scales and limits.</summary>
    public required SymbolSpec Spec { get; init; }

    /// <summary>Gets the price around which the simulated one wanders, in quote units.</summary>
    public required decimal Price { get; init; }

    /// <summary>Gets the deviation of a day's log return.</summary>
    public required double DailyVolatility { get; init; }

    /// <summary>Gets the trades per second relative to BTCUSDT.</summary>
    public required double Activity { get; init; }

    /// <summary>Gets the median notional of one taker order, in quote units.</summary>
    public required double OrderNotional { get; init; }

    /// <summary>Finds a pair. One that is not in the list gets plain scales and a level of its own, so that any name can be followed.</summary>
    public static SimulatedSymbol Of(Symbol symbol)
    {
        foreach (var known in Known)
        {
            if (known.Spec.Symbol == symbol)
            {
                return known;
            }
        }

        var random = new SeededRandom(NameSeed(symbol));
        var price = 1 + (decimal)random.Next(9_900) / 100;
        var quote = symbol.Value.Length > 4 && symbol.Value.EndsWith("USDT", StringComparison.Ordinal) ? "USDT" : "";
        return Build(symbol, symbol.Value[..^quote.Length], quote, 4, 2, price, 0.05, 0.05, 200);
    }

    /// <summary>A number that belongs to the name alone.</summary>
    internal static ulong NameSeed(Symbol symbol)
    {
        var seed = 0xCBF2_9CE4_8422_2325;
        foreach (var c in symbol.Value)
        {
            seed = (seed ^ c) * 0x0000_0100_0000_01B3;
        }

        return seed;
    }

    private static SimulatedSymbol Pair(
        string baseAsset, string quote, int priceDecimals, int quantityDecimals, decimal price, double volatility, double activity, double notional) =>
        Build(new Symbol(baseAsset + quote), baseAsset, quote, priceDecimals, quantityDecimals, price, volatility, activity, notional);

    private static SimulatedSymbol Build(
        Symbol symbol, string baseAsset, string quote, int priceDecimals, int quantityDecimals, decimal price, double volatility, double activity, double notional)
    {
        var scaled = ScaledNumber.FromDecimal(price, priceDecimals);
        return new SimulatedSymbol
        {
            Spec = new SymbolSpec(symbol, priceDecimals, quantityDecimals)
            {
                BaseAsset = baseAsset,
                QuoteAsset = quote,
                Status = SymbolStatus.Trading,
                MaxPrice = scaled * 1_000,
                MaxQuantity = 1_000_000_000_000 * ScaledNumber.PowerOfTen(Math.Min(quantityDecimals, 6)),
            },
            Price = price,
            DailyVolatility = volatility,
            Activity = activity,
            OrderNotional = notional,
        };
    }
}
