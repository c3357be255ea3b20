using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.TestKit.Alerts;

namespace OrleansMarket.Sinks.Tests.Sqlite;

public sealed class SqliteEngineStateStoreTests : DatabaseTestBase
{
    private static readonly SymbolSpec Btc = new(new Symbol("BTCUSDT"), 2, 5);

    [Fact]
    public async Task LoadAsync_KnowsNothingBeforeTheFirstCommit() =>
        Assert.Null(await new SqliteEngineStateStore(Database).LoadAsync(Btc.Symbol, default));

    [Fact]
    public async Task CommitAsync_WritesStateAndConclusionsTogether()
    {
        await new SqliteEngineStateStore(Database).CommitAsync([Everything(1)], default);
        await ReopenAsync();

        Assert.Equal([1], (await new SqliteEngineStateStore(Database).LoadAsync(Btc.Symbol, default))!.Hot.ToArray());
        Assert.Single(await new SqliteCandleStore(Database).ReadAsync(Btc, CandleInterval.OneMinute, 0, long.MaxValue, 9, default));
        Assert.Single((await new SqliteWhaleStore(Database).ReadAsync(new WhaleQuery(null, null, null, null, 9), default)).Whales);
        Assert.Single(await new SqliteGapStore(Database).ReadAsync(null, 9, default));
        var alert = Assert.Single(await new SqliteAlertStore(Database).ReadNewAsync(9, default));
        Assert.Equal(AlertDelivery.New, alert.Delivery);
        Assert.Equal(TestDatabase.Now, alert.AcceptedTime);
    }

    [Fact]
    public async Task CommitAsync_WritesNothingOfACommitThatFails()
    {
        var store = new SqliteEngineStateStore(Database);
        var bad = Everything(2) with { OpenGaps = [null!] };

        await Assert.ThrowsAsync<NullReferenceException>(() => store.CommitAsync([Everything(1), bad with { Spec = new(new Symbol("ETHUSDT"), 2, 4) }], default));

        Assert.NotNull(await store.LoadAsync(Btc.Symbol, default));
        Assert.Null(await store.LoadAsync(new Symbol("ETHUSDT"), default));
        Assert.Empty(await new SqliteCandleStore(Database).ReadAsync(new(new Symbol("ETHUSDT"), 2, 4), CandleInterval.OneMinute, 0, long.MaxValue, 9, default));
    }

    [Fact]
    public async Task CommitAsync_AgainChangesNothing_NotEvenAnAlertThatWasToldMeanwhile()
    {
        var store = new SqliteEngineStateStore(Database);
        var alerts = new SqliteAlertStore(Database);
        await store.CommitAsync([Everything(1)], default);
        var told = (await alerts.ReadNewAsync(9, default))[0] with { Delivery = AlertDelivery.Delivered };
        await alerts.CommitAsync(new AlertCommit([told], []), default);

        await store.CommitAsync([Everything(1)], default);

        Assert.Empty(await alerts.ReadNewAsync(9, default));
        Assert.Equal("delivered", Assert.Single((await alerts.ReadAlertsAsync(new AlertQuery(null, null, null, 9, null), default)).Alerts).Delivery);
        Assert.Single((await new SqliteWhaleStore(Database).ReadAsync(new WhaleQuery(null, null, null, null, 9), default)).Whales);
        Assert.Single(await new SqliteGapStore(Database).ReadAsync(null, 9, default));
    }

    [Fact]
    public async Task CommitAsync_WithoutStateKeepsTheStoredOne()
    {
        var store = new SqliteEngineStateStore(Database);
        await store.CommitAsync([Everything(1)], default);
        await store.CommitAsync([new EngineCommit { Spec = Btc, Candles = [SqliteCandleStoreTests.Candle(5)] }], default);

        Assert.Equal([1], (await store.LoadAsync(Btc.Symbol, default))!.Hot.ToArray());
        Assert.Single(await new SqliteGapStore(Database).ReadAsync(null, 9, default));
    }

    [Fact]
    public async Task CommitAsync_KeepsTwoBases_TheNextBesideTheOneInUse()
    {
        var store = new SqliteEngineStateStore(Database);
        await store.CommitAsync([Everything(1) with { Base = new EngineBase(1, new byte[] { 11 }) }], default);
        await store.CommitAsync([new EngineCommit { Spec = Btc, Base = new EngineBase(0, new byte[] { 12 }) }], default);
        await ReopenAsync();
        store = new SqliteEngineStateStore(Database);

        var state = (await store.LoadAsync(Btc.Symbol, default))!;
        Assert.Equal([1], state.Hot.ToArray());
        Assert.Equal([(0, (byte)12), (1, (byte)11)], state.Bases.Select(known => (known.Slot, known.Bytes.Span[0])));

        Assert.True(await store.RemoveAsync(Btc.Symbol, default));
        await store.CommitAsync([Everything(3)], default);
        Assert.Empty((await store.LoadAsync(Btc.Symbol, default))!.Bases);
    }

    [Fact]
    public async Task RemoveAsync_ForgetsTheState()
    {
        var store = new SqliteEngineStateStore(Database);
        await store.CommitAsync([Everything(1)], default);

        Assert.True(await store.RemoveAsync(Btc.Symbol, default));
        Assert.False(await store.RemoveAsync(Btc.Symbol, default));
        Assert.Null(await store.LoadAsync(Btc.Symbol, default));
    }

    private static EngineCommit Everything(byte state) => new()
    {
        Spec = Btc,
        State = new[] { state },
        Candles = [SqliteCandleStoreTests.Candle(1)],
        Whales = [SqliteWhaleStoreTests.Sweep(100, 110, 5)],
        Alerts = [AlertStoreUse.Transition("spike", Btc.Symbol, 1_000_000, AlertState.Firing)],
        OpenGaps = [SqliteGapStoreTests.Gap(Btc.Symbol, 10, 20, GapState.Open)],
    };
}
