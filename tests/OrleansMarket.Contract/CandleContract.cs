using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
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
    public async Task LongTape_GivesTheExchangesFourHoursAndDays()
    {
        // The day in which the host starts is half the exchange's klines and half its own trades.
        // A host that starts just after midnight of a scene from before it would know nothing of how that day began.
        var now = Micros.From(TimeProvider.System.GetUtcNow());
        var midnight = CandleInterval.OneDay.OpenOf(now) + Micros.PerDay;
        var start = midnight - now < 10 * Micros.PerMinute ? midnight : CandleInterval.OneMinute.OpenOf(now);
        var (day, next) = (CandleInterval.OneDay.OpenOf(start), CandleInterval.OneDay.OpenOf(start) + Micros.PerDay);
        var tape = Scene.Tape(start, TimeSpan.FromHours(25), TimeSpan.FromHours(29), 0.1, "BTCUSDT");
        await using var scene = await Scene.StartAsync(hosts, tape, start, null, "BTCUSDT");
        await scene.Exchange.PublishUntilAsync(next + (4 * Micros.PerHour) + Micros.PerMinute);

        Assert.Equal(7, await scene.CandlesEqualTruthAsync(CandleInterval.FourHours, day, next + (4 * Micros.PerHour)));
        Assert.Equal(1, await scene.CandlesEqualTruthAsync(CandleInterval.OneDay, day, next));
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
        var start = CandleInterval.OneMinute.OpenOf(Micros.From(TimeProvider.System.GetUtcNow()));
        var tape = Scene.Tape(start, TimeSpan.FromMinutes(12), 10, Pairs);
        await using var scene = await Scene.StartAsync(hosts, tape, start, exchange => exchange.Faults.Restricted = true, Pairs);
        await scene.Exchange.PublishUntilAsync(scene.Minute(2));
        await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(0), scene.Minute(1), quoteExact: false);

        // Gaps that begin and end inside an aggregate, too old for the newest 1,000 trades once the exchange answers.
        scene.Exchange.Faults.FailRequests(503, times: 1_000_000);
        var missing = 0L;
        foreach (var pair in Pairs)
        {
            var hole = HoleBetweenAggregates(tape.Symbols[new Symbol(pair)].Trades, scene.Minute(2.5));
            scene.Exchange.Faults.Drop(new Symbol(pair), hole);
            missing += hole.Count;
        }

        await scene.Exchange.PublishUntilAsync(scene.Minute(10));
        await scene.BecomesTrueAsync(async () => (await scene.Client.GetAsync("/health")).GetProperty("missing_ids").GetInt64() == missing, $"{missing} missing ids");
        scene.Exchange.Faults.AnswerRequests();

        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(9), quoteExact: false) >= 8);
        Assert.Equal(0, (await scene.Client.GetAsync("/health")).GetProperty("missing_ids").GetInt64());
        Assert.Contains(scene.Exchange.Requests, request => request.Contains("aggTrades", StringComparison.Ordinal) && request.Contains("startTime", StringComparison.Ordinal));
    }

    /// <summary>From the second trade of one aggregate of three or more to the last but one of another, a few dozen trades later.</summary>
    private static IdRange HoleBetweenAggregates(Print[] trades, long fromMicros)
    {
        var aggregates = new List<List<Print>>();
        foreach (var trade in trades.Where(trade => trade.TradeTimeMicros >= fromMicros))
        {
            if (aggregates.Count > 0 && aggregates[^1][0] is var first && (first.TradeTimeMicros, first.Price, first.Taker) == (trade.TradeTimeMicros, trade.Price, trade.Taker))
            {
                aggregates[^1].Add(trade);
            }
            else
            {
                aggregates.Add([trade]);
            }
        }

        var large = aggregates.Where(aggregate => aggregate.Count >= 3).ToArray();
        var last = large.First(aggregate => aggregate[0].FirstId >= large[0][0].FirstId + 50);
        return new IdRange(large[0][1].FirstId, last[^2].FirstId);
    }
}
