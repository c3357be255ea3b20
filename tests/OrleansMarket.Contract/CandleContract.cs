using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Contract;

/// <summary>The same tape gives the same candles, however the stream is disturbed on its way.</summary>
public abstract class CandleContract(IHostFactory hosts)
{
    private static readonly string[] Pairs = ["BTCUSDT", "PEPEUSDT"];

    [Fact]
    public async Task UndisturbedTape_GivesTheExchangesCandlesOfEveryInterval()
    {
        await using var scene = await Scene.StartAsync(hosts, TimeSpan.FromMinutes(130), 1, null, Pairs);
        await scene.Exchange.PublishUntilAsync(scene.Minute(126));

        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneSecond, scene.Minute(1), scene.Minute(125)) > 1_000);
        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(125)) > 100);
        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.FiveMinutes, First(CandleInterval.FiveMinutes), scene.Minute(125)) >= 23);
        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.FifteenMinutes, First(CandleInterval.FifteenMinutes), scene.Minute(125)) >= 7);
        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneHour, First(CandleInterval.OneHour), scene.Minute(125)) >= 1);

        long First(CandleInterval interval) => interval.OpenOf(scene.Minute(1) + interval.LengthMicros - 1);
    }

    [Fact]
    public async Task ColdStart_TakesTheMinutesBeforeFromTheExchange_AndOwesTheRunningOneWhole()
    {
        await using var scene = await Scene.StartAsync(hosts, TimeSpan.FromMinutes(5), 5, null, Pairs);
        await scene.Exchange.PublishUntilAsync(scene.Minute(4));

        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(-9), scene.Minute(3)) >= 12);
    }

    [Fact]
    public async Task ColdStart_JustAfterAMinuteWhoseLastTradesAreNotKnownYet_ReadsThatMinuteTradeByTrade()
    {
        var minute = CandleInterval.OneMinute.OpenOf(Micros.From(TimeProvider.System.GetUtcNow()));
        await using var scene = await Scene.StartAsync(
            hosts, Scene.Tape(minute, TimeSpan.FromMinutes(5), 5, Pairs), minute, minute - (3 * Micros.PerSecond), null, Pairs);
        await scene.Exchange.PublishUntilAsync(scene.Minute(4));

        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(-9), scene.Minute(3)) >= 12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task AnyMixtureOfFaults_GivesTheSameCandles(int seed)
    {
        await using var scene = await Scene.StartAsync(hosts, TimeSpan.FromMinutes(20), 4, null, Pairs);
        scene.Exchange.Faults.Lag(trades: 40, answers: 3);
        scene.Exchange.Faults.FailRequests(429, times: 1, retryAfter: TimeSpan.FromSeconds(1));
        scene.Exchange.Faults.FailRequests(503, times: 1, path: "Trades");
        await PublishAsync(5);
        await scene.Exchange.SendServerShutdownAsync();
        await PublishAsync(8);
        await scene.CutAsync();
        await PublishAsync(12);
        await scene.CutAsync();
        await PublishAsync(16);

        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(15)) >= 14);
        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneSecond, scene.Minute(1), scene.Minute(15)) > 400);

        // The tape runs ahead of the clock that the host knows, so its end must not be lost here: an exchange never trades after it was asked.
        async Task PublishAsync(double minute)
        {
            scene.Exchange.Faults.Mischief = Mischief.Everything(seed) with { Cut = 0 };
            await scene.Exchange.PublishUntilAsync(scene.Minute(minute - 0.5));
            scene.Exchange.Faults.Mischief = null;
            await scene.Exchange.PublishUntilAsync(scene.Minute(minute));
        }
    }

    [Fact]
    public async Task OutagesAtTheExchangesOwnPace_GiveTheSameCandles()
    {
        await using var scene = await Scene.StartAsync(hosts, TimeSpan.FromMinutes(6), 20, null, Pairs);
        var begun = CandleInterval.OneMinute.OpenOf(Micros.From(TimeProvider.System.GetUtcNow()));
        scene.Exchange.Faults.Mischief = Mischief.Everything(7) with { Cut = 0 };
        await scene.PublishAtRealPaceAsync(TimeSpan.FromSeconds(10));
        scene.Exchange.Stall();
        await scene.PublishAtRealPaceAsync(TimeSpan.FromSeconds(8));
        await scene.CutAsync();
        await scene.PublishAtRealPaceAsync(TimeSpan.FromSeconds(10));
        scene.Exchange.Faults.RefuseStreams = true;
        scene.Exchange.Cut();
        await scene.PublishAtRealPaceAsync(TimeSpan.FromSeconds(8));
        scene.Exchange.Faults.RefuseStreams = false;
        await scene.ListensAsync();
        await scene.PublishAtRealPaceAsync(TimeSpan.FromSeconds(35));
        scene.Exchange.Faults.Mischief = null;
        await scene.PublishAtRealPaceAsync(TimeSpan.FromSeconds(5));

        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, begun, begun + Micros.PerMinute) >= 1);
        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneSecond, begun + Micros.PerSecond, begun + Micros.PerMinute) >= 50);
    }

    [Fact]
    public async Task RestrictedLocation_FollowsTheMarketDataHost_AndRepairsFromAggregates()
    {
        await using var scene = await Scene.StartAsync(hosts, TimeSpan.FromMinutes(12), 10, exchange => exchange.Faults.Restricted = true, Pairs);
        await scene.Exchange.PublishUntilAsync(scene.Minute(2));
        foreach (var pair in Pairs)
        {
            // A gap that begins and ends inside an aggregate, too old for the newest 1,000 trades once it is noticed.
            var next = scene.Exchange.Trades(new Symbol(pair))[^1].LastId + 1;
            scene.Exchange.Faults.Drop(new Symbol(pair), new(next + 101, next + 300));
        }

        scene.Exchange.Faults.FailRequests(503, times: 1, path: "trades");
        await scene.Exchange.PublishUntilAsync(scene.Minute(10));

        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(9), quoteExact: false) >= 8);
    }
}
