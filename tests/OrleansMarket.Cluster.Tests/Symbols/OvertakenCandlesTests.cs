using NSubstitute;
using OrleansMarket.Cluster.Tests.Hosting;
using OrleansMarket.Cluster.Tests.Redis;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Silo.Redis;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.TestKit;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Symbols;

/// <summary>
/// The store goes away in the very seconds in which trades begin. What the engine of before had to say of them reaches the store at any time, also when the next engine
/// has already proven the same candles.
/// </summary>
public sealed class OvertakenCandlesTests
{
    // So many wait that they are stored before the state that would show that somebody else has gone on.
    private const int Last = 90;

    [Fact]
    public async Task Candles_AreThoseOfWhoHasProvenThem_InTheDatabase()
    {
        await using var folder = new MarketFolder();
        using var _ = folder;
        await CandlesEndProvenAsync(new SqliteCandleStore(folder.Database));
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Candles_AreThoseOfWhoHasProvenThem_InRedis()
    {
        await using var redis = await RedisStoreBench.StartAsync();
        await CandlesEndProvenAsync(new RedisCandleStore(redis.Store, redis.Retention, redis.Clock));
    }

    private static async Task CandlesEndProvenAsync(ICandleStore store)
    {
        var (isAway, late) = (false, new List<Candle>());
        await using var bench = await GrainBench.StartAsync(given => given.Candles.AppendAsync(default!, default!, default).ReturnsForAnyArgs(call =>
        {
            var candles = call.ArgAt<IReadOnlyList<Candle>>(1);
            if (isAway)
            {
                late.AddRange(candles);
                throw new TimeoutException("no answer, and nobody knows whether it was done");
            }

            return store.AppendAsync(GrainBench.Spec, candles, CancellationToken.None);
        }));
        await bench.TradeAsync(1, 3, perSecond: 1);
        (await bench.SaveAsync()).ShouldBeTrue();

        // The store goes away. The clock closes the newest second, then a late trade revises it, and no later one proves it.
        isAway = true;
        await bench.TradeAsync(4, Last - 3, perSecond: 1);
        bench.Given.ExchangeNowMicros = GrainBench.Start + ((Last + 10) * Micros.PerSecond);
        await bench.TickAsync();
        await bench.TradeAtAsync(Last + 1, Last + 0.5);
        (await bench.SaveAsync()).ShouldBeFalse();
        bench.Given.ExchangeNowMicros = 0;
        var doubtful = late.FindAll(candle => candle.Interval == CandleInterval.OneSecond).MaxBy(candle => candle.OpenTimeMicros);
        (doubtful.Status, doubtful.LastId).ShouldBe((CandleStatus.Provisional, Last + 1));

        // It is back, and somebody else has saved meanwhile: this engine ends, and the next one goes on from what was saved.
        isAway = false;
        bench.Given.Storage.IsOvertaken = true;
        (await bench.SaveAsync()).ShouldBeFalse();
        bench.Given.Storage.IsOvertaken = false;
        await Eventually.BecomesTrueAsync(async () => (await bench.Grain.GetProgressAsync(CancellationToken.None)).NextId == 4, "the next engine");
        await bench.TradeAsync(4, Last - 3, perSecond: 1);
        await bench.TradeAtAsync(Last + 1, Last + 0.5);
        await bench.TradeAtAsync(Last + 2, Last + 5);
        (await bench.SaveAsync()).ShouldBeTrue();
        var proven = await ReadAsync(store);
        proven[Last].Revision.ShouldBeLessThan(doubtful.Revision, "or nothing is shown");

        // What timed out was done after all, at last.
        await store.AppendAsync(GrainBench.Spec, late, CancellationToken.None);

        var candles = await ReadAsync(store);
        candles.ShouldBe(proven);
        candles.Values.ShouldAllBe(candle => candle.Status >= CandleStatus.Complete);
        candles.Keys.Order().ShouldBe(Enumerable.Range(2, Last - 1));
        candles.ShouldAllBe(pair => pair.Value.FirstId == pair.Key && pair.Value.TradeCount == (pair.Key == Last ? 2 : 1));
    }

    /// <summary>The candles of the seconds in which something was traded, by second, but for the first one: the engine joined inside it.</summary>
    private static async Task<Dictionary<int, Candle>> ReadAsync(ICandleStore store)
    {
        var end = GrainBench.Start + ((Last + 1) * Micros.PerSecond);
        return (await store.ReadAsync(GrainBench.Spec, CandleInterval.OneSecond, GrainBench.Start + (2 * Micros.PerSecond), end, 1_000, CancellationToken.None))
            .Where(candle => candle.TradeCount > 0).ToDictionary(candle => (int)((candle.OpenTimeMicros - GrainBench.Start) / Micros.PerSecond));
    }
}
