using System.Globalization;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Benchmarks.Ratios;

/// <summary>Two thousand engines whose windows of 24 h, baselines and sweep samples are all full.</summary>
internal static class MemoryRatio
{
    private const int Symbols = 2_000;
    private const int MinutesOfTape = 70;
    private const int SweepsEach = 10_500; // more than the sample of the whale threshold
    private const double Target = 400;
    private const double Mebibyte = 1 << 20;

    public static IEnumerable<RatioLine> Measure()
    {
        var observer = new SilentObserver();
        var engines = new SymbolEngine[Symbols];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var index = 0; index < engines.Length; index++)
        {
            engines[index] = Fill(new SymbolSpec(new Symbol($"COIN{index}USDT"), 4, 2) { BaseAsset = $"COIN{index}", QuoteAsset = "USDT" }, observer);
        }

        var used = (GC.GetTotalMemory(forceFullCollection: true) - before) / Mebibyte;
        GC.KeepAlive(engines);
        yield return new(
            $"{Symbols:N0} symbols, full windows of 24 h", string.Create(CultureInfo.InvariantCulture, $"{used:0} MB"), "≤ 400 MB", used <= Target);
        yield return new("the same, per symbol", string.Create(CultureInfo.InvariantCulture, $"{used * 1024 / Symbols:0} kB"));
    }

    private static SymbolEngine Fill(SymbolSpec spec, SilentObserver observer)
    {
        const long Start = 1_704_067_200_000_000;
        var engine = new SymbolEngine(spec, new EngineOptions(), observer);
        engine.SetRules(DefaultAlertRules.All);
        var minutes = new List<Candle>();
        for (var minute = 0; minute < 1_440; minute++)
        {
            var price = 1_000_000 + (minute * 7 % 1_000);
            minutes.Add(new Candle
            {
                Interval = CandleInterval.OneMinute,
                OpenTimeMicros = Start + (minute * Micros.PerMinute),
                Open = price,
                High = price + 10,
                Low = price - 10,
                Close = price + 3,
                Volume = 50_000,
                QuoteVolume = 5_000_000_000,
                TakerBuyVolume = 20_000,
                TakerBuyQuoteVolume = 2_000_000_000,
                TradeCount = 50,
                FirstId = -1,
                LastId = -1,
                Status = CandleStatus.Verified,
                Flags = CandleFlags.FromExchange,
            });
        }

        engine.Seed(minutes);
        var open = Start + Micros.PerDay;
        var step = MinutesOfTape * Micros.PerMinute / SweepsEach;
        for (var index = 0; index < SweepsEach; index++)
        {
            var print = Print.Trade(spec, 1 + index, open + (index * step), 1_000_000 + (index * 13 % 500), 100 + (index % 900), index % 2 == 0 ? TakerSide.Buy : TakerSide.Sell);
            engine.Apply(in print);
            if (index % 3 == 0)
            {
                engine.Tick(print.TradeTimeMicros, PipelineReading.Unknown);
            }
        }

        return engine;
    }
}
