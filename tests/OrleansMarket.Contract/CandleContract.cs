using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Contract;

/// <summary>The candles are those of the exchange, from the first one on.</summary>
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
