using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Engine;

/// <summary>A seeded tape, and the candles that plain decimal arithmetic makes of it.</summary>
internal sealed class TestTape
{
    public const long Start = 1_700_000_040_000_000; // a whole minute
    public const long FirstId = 1_000_000;

    public static readonly SymbolSpec Spec = new(new Symbol("BTCUSDT"), priceDecimals: 2, quantityDecimals: 5) { BaseAsset = "BTC", QuoteAsset = "USDT" };

    private TestTape(SymbolSpec symbolSpec, Print[] prints) => (SymbolSpec, Prints) = (symbolSpec, prints);

    public SymbolSpec SymbolSpec { get; }

    public Print[] Prints { get; }

    public static TestTape Create(int seed, int count, SymbolSpec? spec = null, int meanGapMillis = 900, bool pauses = true)
    {
        spec ??= Spec;
        var random = new Random(seed);
        var time = Start + 1;
        var price = 60_000 * ScaledNumber.PowerOfTen(spec.PriceDecimals) / (spec.PriceDecimals > 4 ? 1_000_000 : 1);
        var prints = new Print[count];
        for (var index = 0; index < count; index++)
        {
            // Sweeps share a time; now and then nothing happens for minutes.
            if (random.Next(4) != 0)
            {
                time += (long)(-Math.Log(1 - random.NextDouble()) * meanGapMillis * 1_000);
            }

            if (pauses && random.Next(200) == 0)
            {
                time += random.Next(1, 200) * Micros.PerSecond;
            }

            price = Math.Max(1, price + random.Next(-30, 31));
            prints[index] = Print.Trade(
                spec, FirstId + index, time, price, random.NextInt64(1, 3 * ScaledNumber.PowerOfTen(spec.QuantityDecimals)),
                random.Next(2) == 0 ? TakerSide.Buy : TakerSide.Sell);
        }

        return new TestTape(spec, prints);
    }

    /// <summary>Candles of whole windows by grouping decimals; written without a look at the engine.</summary>
    public IEnumerable<(long Open, decimal[] Fields)> Expected(CandleInterval interval) =>
        from print in Prints
        group print by print.TradeTimeMicros / interval.LengthMicros * interval.LengthMicros into window
        orderby window.Key
        let trades = window.OrderBy(print => print.FirstId).ToArray()
        select (window.Key, Row(trades));

    public decimal[] Row(Candle candle) =>
    [
        SymbolSpec.Price(candle.Open), SymbolSpec.Price(candle.High), SymbolSpec.Price(candle.Low), SymbolSpec.Price(candle.Close),
        SymbolSpec.Quantity(candle.Volume), SymbolSpec.Quote(candle.QuoteVolume), candle.TradeCount,
        SymbolSpec.Quantity(candle.TakerBuyVolume), SymbolSpec.Quote(candle.TakerBuyQuoteVolume), candle.FirstId, candle.LastId,
    ];

    private decimal[] Row(Print[] trades)
    {
        decimal Price(Print print) => (decimal)print.Price / ScaledNumber.PowerOfTen(SymbolSpec.PriceDecimals);
        decimal Quantity(Print print) => (decimal)print.Quantity / ScaledNumber.PowerOfTen(SymbolSpec.QuantityDecimals);
        decimal Quote(Print print) => decimal.Floor(Price(print) * Quantity(print) * 100_000_000m) / 100_000_000m;
        var bought = trades.Where(print => print.Taker == TakerSide.Buy).ToArray();
        return
        [
            Price(trades[0]), trades.Max(Price), trades.Min(Price), Price(trades[^1]),
            trades.Sum(Quantity), trades.Sum(Quote), trades.Length, bought.Sum(Quantity), bought.Sum(Quote), trades[0].FirstId, trades[^1].LastId,
        ];
    }
}
