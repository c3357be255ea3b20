using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.Tests.Sqlite;

public sealed class SqliteGapStoreTests : DatabaseTestBase
{
    private static readonly Symbol Btc = new("BTCUSDT");
    private static readonly Symbol Eth = new("ETHUSDT");

    private readonly SqliteGapStore _store;

    public SqliteGapStoreTests() => _store = new SqliteGapStore(Database);

    [Fact]
    public async Task SaveAsync_KeepsTheHistoryOfAGap()
    {
        var open = Gap(Btc, 10, 20, GapState.Open);
        await _store.SaveAsync(Btc, [open], [], default);
        Assert.Equal([open], await _store.ReadAsync(Btc, 9, default));

        var narrowed = Gap(Btc, 15, 20, GapState.GivenUp) with { Attempts = 3, Note = "no history" };
        await _store.SaveAsync(Btc, [narrowed], [], default);
        Assert.Equal([narrowed], await _store.ReadAsync(Btc, 9, default));

        var repaired = open with { State = GapState.Repaired, Closed = TestDatabase.Now };
        await _store.SaveAsync(Btc, [], [repaired], default);
        await _store.SaveAsync(Btc, [], [repaired], default);
        Assert.Equal([repaired], await _store.ReadAsync(Btc, 9, default));
    }

    [Fact]
    public async Task SaveAsync_LeavesOtherSymbolsAlone()
    {
        await _store.SaveAsync(Btc, [Gap(Btc, 10, 20, GapState.Open)], [], default);
        await _store.SaveAsync(Eth, [Gap(Eth, 1, 2, GapState.Open)], [], default);
        await _store.SaveAsync(Btc, [], [], default);

        Assert.Equal([Eth], (await _store.ReadAsync(null, 9, default)).Select(gap => gap.Symbol));
    }

    [Fact]
    public async Task ReadAsync_IsNewestFirstAndLimited()
    {
        var gaps = Enumerable.Range(0, 6).Select(i => Gap(Btc, i * 10, (i * 10) + 5, GapState.Repaired) with { Opened = TestDatabase.Now.AddSeconds(i) }).ToList();
        await _store.SaveAsync(Btc, [], gaps, default);

        Assert.Equal([50, 40, 30], (await _store.ReadAsync(null, 3, default)).Select(gap => gap.FirstId));
    }

    internal static GapView Gap(Symbol symbol, long first, long last, GapState state) => new(
        symbol, first, last, last - first + 1, TestDatabase.Now.AddSeconds(-9), TestDatabase.Now.AddSeconds(-8), state, TestDatabase.Now.AddSeconds(-7), null, 0, null);
}
