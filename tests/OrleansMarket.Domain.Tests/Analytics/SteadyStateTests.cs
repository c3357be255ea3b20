using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Analytics;

/// <summary>The heap belongs to the whole process, so these tests run alone.</summary>
[CollectionDefinition(nameof(SteadyStateTests), DisableParallelization = true)]
public class SteadyStateCollection;

/// <summary>What a symbol costs in memory, with full histories.</summary>
[Collection(nameof(SteadyStateTests))]
public class SteadyStateTests
{
    [Fact]
    public void FullHistories_AllocateNothingPerPrintSecondOrMinute()
    {
        var feeder = new Feeder();
        feeder.Run(1_450);
        Assert.Equal(AnalyticsOptions.MaxWhaleHistory, feeder.Analytics.Describe().Whale.Sweeps);
        Assert.Equal(0, Allocations.Of(() => feeder.Run(120)));
    }

    /// <summary>What the runner takes or lets go of meanwhile is in the figure, too, but not in each of a few.</summary>
    [Fact]
    public void FullHistories_FitIn110Kilobytes() => Assert.Contains(Enumerable.Range(0, 3).Select(_ => BytesOfASymbol()), bytes => bytes is >= 60_000 and <= 110 * 1_024);

    private static long BytesOfASymbol()
    {
        var feeders = new Feeder[8];
        for (var i = 0; i < feeders.Length; i++)
        {
            feeders[i] = new Feeder();
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var full = new MarketAnalytics[feeders.Length];
        for (var i = 0; i < full.Length; i++)
        {
            feeders[i] = new Feeder();
            feeders[i].Run(1_450);
            full[i] = feeders[i].Analytics;
        }

        var perSymbol = (GC.GetTotalMemory(forceFullCollection: true) - before) / full.Length;
        GC.KeepAlive(full);
        GC.KeepAlive(feeders);
        return perSymbol;
    }

    private sealed class Feeder : IWhaleObserver
    {
        private readonly SignalFrame _frame = new();
        private readonly Random _random = new(1);
        private long _now = AnalyticsTape.Start;
        private long _id = 1;
        private long _price = 1_000_000;
        private int _whales;

        public Feeder() => Analytics = new MarketAnalytics(AnalyticsTape.Spec, new AnalyticsOptions { WhaleFloor = 1 }, this);

        public MarketAnalytics Analytics { get; }

        public void Run(int minutes)
        {
            for (var minute = 0; minute < minutes; minute++)
            {
                Int128 volume = 0;
                for (var second = 0; second < 60; second++)
                {
                    if (second % 5 == 0)
                    {
                        var quantity = _random.Next(1, 1_000_000);
                        _price += _random.Next(-3, 4);
                        volume += quantity;
                        Analytics.OnPrint(new Print(_id, _id, _now, _price, quantity, (Int128)_price * quantity, (TakerSide)(_id % 2)));
                        _id++;
                    }

                    _now += Micros.PerSecond;
                    if (second == 59)
                    {
                        var candle = new Candle
                        {
                            Interval = CandleInterval.OneMinute,
                            OpenTimeMicros = _now - Micros.PerMinute,
                            Open = _price,
                            High = _price,
                            Low = _price,
                            Close = _price,
                            Volume = volume,
                            QuoteVolume = volume * _price,
                            TakerBuyVolume = volume / 2,
                            TradeCount = 12,
                        };
                        Analytics.OnMinute(in candle);
                        Analytics.OnMinuteRevised(in candle);
                        Analytics.OnRate(new UsdRate("USDT", 1 + (second * 1e-5), _now, "test"));
                    }

                    Analytics.OnSecond(_now, _frame);
                }
            }
        }

        public void OnWhale(in Sweep sweep) => _whales++;
    }
}
