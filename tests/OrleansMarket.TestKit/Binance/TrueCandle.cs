using OrleansMarket.Domain.Trades;

namespace OrleansMarket.TestKit.Binance;

/// <summary>
/// A candle made by grouping decimals: the truth that the product's candles are held against. Written without a look at the engine.
/// </summary>
/// <param name="OpenTimeMicros">Start of the window, µs.</param>
/// <param name="Open">First price.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Close">Last price.</param>
/// <param name="Volume">Base volume.</param>
/// <param name="QuoteVolume">Quote volume, each trade cut to 8 decimals.</param>
/// <param name="TradeCount">Number of trades.</param>
/// <param name="TakerBuyVolume">Base volume bought by takers.</param>
/// <param name="TakerBuyQuoteVolume">Quote volume bought by takers.</param>
/// <param name="FirstId">First trade id.</param>
/// <param name="LastId">Last trade id.</param>
public sealed record TrueCandle(
    long OpenTimeMicros, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume, decimal QuoteVolume, long TradeCount,
    decimal TakerBuyVolume, decimal TakerBuyQuoteVolume, long FirstId, long LastId)
{
    /// <summary>The candles of individual trades; windows without trades are absent.</summary>
    public static IReadOnlyList<TrueCandle> Of(SymbolSpec spec, IEnumerable<Print> trades, long windowMicros) =>
        [.. trades.GroupBy(trade => trade.TradeTimeMicros / windowMicros * windowMicros).OrderBy(window => window.Key).Select(window => One(spec, window))];

    /// <summary>This candle and the one after it as one.</summary>
    public TrueCandle Then(TrueCandle later) => new(
        OpenTimeMicros, Open, Math.Max(High, later.High), Math.Min(Low, later.Low), later.Close, Volume + later.Volume, QuoteVolume + later.QuoteVolume,
        TradeCount + later.TradeCount, TakerBuyVolume + later.TakerBuyVolume, TakerBuyQuoteVolume + later.TakerBuyQuoteVolume, FirstId, later.LastId);

    private static TrueCandle One(SymbolSpec spec, IGrouping<long, Print> window)
    {
        var trades = window.OrderBy(trade => trade.FirstId).ToList();
        var bought = trades.Where(trade => trade.Taker == TakerSide.Buy).ToList();
        return new TrueCandle(
            window.Key, Price(trades[0]), trades.Max(Price), trades.Min(Price), Price(trades[^1]), trades.Sum(Quantity), trades.Sum(Quote), trades.Count,
            bought.Sum(Quantity), bought.Sum(Quote), trades[0].FirstId, trades[^1].LastId);

        decimal Price(Print trade) => trade.Price / Power(spec.PriceDecimals);
        decimal Quantity(Print trade) => trade.Quantity / Power(spec.QuantityDecimals);
        decimal Quote(Print trade) => decimal.Floor(Price(trade) * Quantity(trade) * 100_000_000m) / 100_000_000m;
    }

    private static decimal Power(int decimals) => decimals == 0 ? 1m : 10m * Power(decimals - 1);
}
