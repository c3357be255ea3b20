using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.Tests.Sqlite;

public sealed class StorageMaintenanceTests : DatabaseTestBase
{
    private static readonly SymbolSpec Btc = new(new Symbol("BTCUSDT"), 2, 5);
    private static readonly SymbolSpec Eth = new(new Symbol("ETHUSDT"), 2, 4);

    [Fact]
    public async Task RunOnceAsync_KeepsEachIntervalForItsOwnTime()
    {
        var store = new SqliteCandleStore(Database);
        var now = Micros.From(TestDatabase.Now);
        foreach (var spec in new[] { Btc, Eth })
        {
            // 6,000 seconds more than a day (both ends count) make the upkeep take several steps.
            await store.AppendAsync(spec, Series(CandleInterval.OneSecond, now, 86_401 + 6_000), default);
            await store.AppendAsync(spec, Series(CandleInterval.OneMinute, now, 1_500), default);
        }

        Assert.Equal(2 * 6_000, await Upkeep().RunOnceAsync(default));
        Assert.Equal(0, await Upkeep().RunOnceAsync(default));

        foreach (var spec in new[] { Btc, Eth })
        {
            var seconds = await store.ReadAsync(spec, CandleInterval.OneSecond, 0, long.MaxValue, 1_000_000, default);
            Assert.Equal(86_401, seconds.Count);
            Assert.Equal(now, seconds[^1].OpenTimeMicros + Micros.PerSecond);
            Assert.Equal(1_500, (await store.ReadAsync(spec, CandleInterval.OneMinute, 0, long.MaxValue, 1_000_000, default)).Count);
        }
    }

    [Fact]
    public async Task RunOnceAsync_CountsTheAgeOfARecordingFromItsOwnEnd()
    {
        var store = new SqliteCandleStore(Database);
        var lastYear = Micros.From(TestDatabase.Now.AddYears(-2));
        await store.AppendAsync(Btc, Series(CandleInterval.OneSecond, lastYear, 300), default);

        Assert.Equal(0, await Upkeep().RunOnceAsync(default));
    }

    [Fact]
    public async Task RunOnceAsync_IsNotFooledByATimeInTheFuture()
    {
        var store = new SqliteCandleStore(Database);
        var now = Micros.From(TestDatabase.Now);
        await store.AppendAsync(Btc, Series(CandleInterval.OneSecond, now, 300), default);
        await store.AppendAsync(Btc, Series(CandleInterval.OneSecond, Micros.Latest, 1), default);

        Assert.Equal(0, await Upkeep().RunOnceAsync(default));
    }

    [Fact]
    public async Task RunOnceAsync_RemovesOldWhalesGapsAndLetters()
    {
        var now = Micros.From(TestDatabase.Now);
        var retention = new RetentionOptions { Whales = TimeSpan.FromHours(1), Gaps = TimeSpan.FromHours(1), DeadLetters = TimeSpan.FromHours(1) };
        var old = now - Micros.PerHour - 1;
        await new SqliteWhaleStore(Database).AppendAsync(Btc, [SqliteWhaleStoreTests.Sweep(1, 1, old), SqliteWhaleStoreTests.Sweep(2, 2, now)], default);
        var gap = SqliteGapStoreTests.Gap(Btc.Symbol, 1, 2, GapState.Repaired) with { Opened = Micros.ToInstant(old), Closed = Micros.ToInstant(old) };
        await new SqliteGapStore(Database).SaveAsync(
            Btc.Symbol, [gap with { FirstId = 3, LastId = 4, Missing = 2, State = GapState.Open, Closed = null }], [gap], default);
        await Letters(retention).AppendAsync(
            [SqliteDeadLetterStoreTests.Letter("old", DeadLetterReason.Malformed, old), SqliteDeadLetterStoreTests.Letter("new", DeadLetterReason.Malformed, now)], default);

        Assert.Equal(3, await Upkeep(retention).RunOnceAsync(default));

        Assert.Equal([2], (await new SqliteWhaleStore(Database).ReadAsync(new WhaleQuery(null, null, null, null, 9), default)).Whales.Select(whale => whale.FirstId));
        // What is open is never too old.
        Assert.Equal([3], (await new SqliteGapStore(Database).ReadAsync(null, 9, default)).Select(kept => kept.FirstId));
        Assert.Equal([2], (await Letters(retention).ReadAsync(null, null, 9, default)).Select(letter => letter.Id));
    }

    [Fact]
    public async Task RunOnceAsync_KeepsSoManyWhalesAndGaps()
    {
        var now = Micros.From(TestDatabase.Now);
        await new SqliteWhaleStore(Database).AppendAsync(Btc, [.. Enumerable.Range(1, 5).Select(id => SqliteWhaleStoreTests.Sweep(id, id, now - 5 + (id / 2)))], default);
        var closed = Enumerable.Range(1, 4)
            .Select(id => SqliteGapStoreTests.Gap(Btc.Symbol, id, id, GapState.Repaired) with { Opened = TestDatabase.Now.AddSeconds(id - 9), Closed = TestDatabase.Now }).ToArray();
        var open = SqliteGapStoreTests.Gap(Btc.Symbol, 9, 9, GapState.Open) with { Opened = TestDatabase.Now.AddSeconds(-99), Closed = null };
        await new SqliteGapStore(Database).SaveAsync(Btc.Symbol, [open], closed, default);

        Assert.Equal(4, await Upkeep(new RetentionOptions { MaxWhales = 3, MaxGaps = 2 }).RunOnceAsync(default));

        Assert.Equal([5, 4, 3], (await new SqliteWhaleStore(Database).ReadAsync(new WhaleQuery(null, null, null, null, 9), default)).Whales.Select(whale => whale.FirstId));
        Assert.Equal([4, 3, 9], (await new SqliteGapStore(Database).ReadAsync(null, 9, default)).Select(kept => kept.FirstId));
    }

    [Fact]
    public async Task RunOnceAsync_GivesTheSpaceBack()
    {
        var store = new SqliteCandleStore(Database);
        var now = Micros.From(TestDatabase.Now);
        await store.AppendAsync(Btc, Series(CandleInterval.OneSecond, now, 80_000), default);
        var before = await Pages();
        await store.AppendAsync(Btc, Series(CandleInterval.OneSecond, now + (80_000 * Micros.PerSecond), 1), default);
        Clock.Advance(TimeSpan.FromSeconds(80_000));

        await Upkeep(new RetentionOptions { OneSecondCandles = TimeSpan.FromHours(1) }).RunOnceAsync(default);

        Assert.True(await Pages() < before / 2);
    }

    private Task<long> Pages() => Database.ReadAsync(session => (long)session.Scalar("PRAGMA page_count")!, default);

    private StorageMaintenance Upkeep(RetentionOptions? options = null) => new(
        Database, Letters(options), Options.Create(options ?? new RetentionOptions()), Clock, NullLogger<StorageMaintenance>.Instance, new JobLog());

    private SqliteDeadLetterStore Letters(RetentionOptions? options = null) => new(Database, Options.Create(options ?? new RetentionOptions()));

    private static Candle[] Series(CandleInterval interval, long endMicros, int count) =>
    [
        .. Enumerable.Range(1, count).Select(back => SqliteCandleStoreTests.Candle(0) with
        {
            Interval = interval,
            OpenTimeMicros = endMicros - (back * interval.LengthMicros),
        }),
    ];
}
