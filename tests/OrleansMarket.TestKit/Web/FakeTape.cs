using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.TestKit.Web;

/// <summary>A made-up market as a function of time: the same instant always has the same price, so no state is needed.</summary>
/// <param name="Spec">The symbol.</param>
/// <param name="StartPrice">The price around which it moves, quote units.</param>
/// <param name="Seed">Tells symbols apart.</param>
public sealed record FakeTape(SymbolSpec Spec, double StartPrice, int Seed)
{
    private const int SamplesPerCandle = 8;

    /// <summary>Gets the first instant with data.</summary>
    public static DateTimeOffset Beginning { get; } = new(2026, 1, 10, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The symbols of every fake market.</summary>
    public static IReadOnlyList<FakeTape> All { get; } =
    [
        Of("BTC", 2, 5, 61_837.63, 1), Of("ETH", 2, 4, 2_642.5, 2), Of("SOL", 2, 3, 155.42, 3), Of("ADA", 4, 1, 0.3391, 4), Of("DOT", 3, 2, 4.683, 5),
    ];

    /// <summary>The price at an instant, with the symbol's decimals.</summary>
    public decimal Price(DateTimeOffset at)
    {
        var minutes = (at - Beginning).TotalMinutes;
        var wave = (0.021 * Math.Sin((minutes / 711) + Seed)) + (0.008 * Math.Sin((minutes / 97) + (2 * Seed))) + (0.003 * Math.Sin((minutes / 13) + (3 * Seed)))
            + (0.0012 * Math.Sin((minutes / 2.7) + Seed));
        var noise = 0.0009 * (Noise((long)Math.Floor(minutes * 10)) - 0.5);
        return Math.Round((decimal)(StartPrice * (1 + wave + noise)), Spec.PriceDecimals) + new decimal(0, 0, 0, false, (byte)Spec.PriceDecimals);
    }

    /// <summary>The candle of a window as it stands at an instant; <see langword="null"/> before the beginning.</summary>
    public CandleView? Candle(CandleInterval interval, DateTimeOffset open, DateTimeOffset now)
    {
        if (open < Beginning || open > now)
        {
            return null;
        }

        var end = open.AddMicroseconds(interval.LengthMicros);
        var until = end < now ? end : now;
        var prices = Enumerable.Range(0, SamplesPerCandle + 1).Select(i => Price(open + ((until - open) * (i / (double)SamplesPerCandle)))).ToList();
        var minute = (long)(open - Beginning).TotalMinutes;
        var share = (until - open) / TimeSpan.FromMinutes(1);
        var busy = 0.3 + Noise(minute) + (Noise(minute * 7) > 0.97 ? 4 : 0);
        var volume = Quantity((decimal)(2_000_000 / StartPrice * busy * share));
        var buys = Quantity(volume * (decimal)(0.35 + (0.3 * Noise(minute * 3))));
        var mean = prices.Average();
        var repaired = minute % 47 == 11;
        return new()
        {
            Interval = interval.Name,
            OpenTime = open,
            EndTime = end,
            Open = prices[0],
            High = prices.Max(),
            Low = prices.Min(),
            Close = prices[^1],
            Volume = volume,
            QuoteVolume = Math.Round(volume * mean, Spec.QuoteDecimals),
            TradeCount = (long)(900 * busy * share) + 1,
            TakerBuyVolume = buys,
            TakerBuyQuoteVolume = Math.Round(buys * mean, Spec.QuoteDecimals),
            FirstId = IdAt(open),
            LastId = IdAt(until) - 1,
            Revision = repaired ? 1 : 0,
            Status = end > now ? CandleStatus.Open : end > now.AddMinutes(-5) ? CandleStatus.Complete : CandleStatus.Verified,
            Flags = repaired ? CandleFlags.Repaired : CandleFlags.None,
        };
    }

    /// <summary>The trade with an id: fifteen a second, evenly.</summary>
    public TradeView Trade(long id)
    {
        var time = TimeOf(id);
        return new(
            Spec.Symbol, id, id, Price(time), Quantity((decimal)(1_000 / StartPrice * (0.1 + Noise(id)))), time, time.AddMilliseconds(1), time.AddMilliseconds(43), 42, Noise(id * 5) > 0.52);
    }

    /// <summary>The id of the first trade at or after an instant.</summary>
    public long IdAt(DateTimeOffset at) => (Seed * 1_000_000_000L) + (long)Math.Ceiling((at - Beginning).TotalSeconds * 15);

    /// <summary>When a trade happened.</summary>
    public DateTimeOffset TimeOf(long id) => Beginning.AddSeconds((id - (Seed * 1_000_000_000L)) / 15d);

    /// <summary>A number in [0, 1) that depends on nothing but symbol and key.</summary>
    public double Noise(long key)
    {
        var bits = ((ulong)key * 0x9E3779B97F4A7C15UL) ^ ((ulong)Seed * 0xD1B54A32D192ED03UL);
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9UL;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBUL;
        return ((bits ^ (bits >> 31)) >> 11) / (double)(1UL << 53);
    }

    private static FakeTape Of(string asset, int priceDecimals, int quantityDecimals, double price, int seed) => new(
        new SymbolSpec(new Symbol(asset + "USDT"), priceDecimals, quantityDecimals) { BaseAsset = asset, QuoteAsset = "USDT", Status = SymbolStatus.Trading }, price, seed);

    private decimal Quantity(decimal value) => Math.Round(value, Spec.QuantityDecimals);
}
