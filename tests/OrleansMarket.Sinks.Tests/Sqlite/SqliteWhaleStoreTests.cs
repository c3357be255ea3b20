using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.Tests.Sqlite;

public sealed class SqliteWhaleStoreTests : DatabaseTestBase
{
    private static readonly SymbolSpec Btc = new(new Symbol("BTCUSDT"), 2, 5);
    private static readonly SymbolSpec Eth = new(new Symbol("ETHUSDT"), 2, 4);

    private readonly SqliteWhaleStore _store;

    public SqliteWhaleStoreTests() => _store = new SqliteWhaleStore(Database);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(1_234_567.89)]
    public async Task ReadAsync_GivesBackWhatWasReported(double usd)
    {
        var sweep = Sweep(7, 9, 3) with { Quantity = (Int128)long.MaxValue + 1, QuoteAmount = (Int128)long.MaxValue * 4, NotionalUsd = usd, Revised = true };

        await _store.AppendAsync(Btc, [sweep], default);

        Assert.Equal([WhaleView.From(Btc, sweep)], (await _store.ReadAsync(All(10), default)).Whales);
    }

    [Theory]
    [InlineData(100, 110)] // revised in place
    [InlineData(95, 112)] // a repair extended it
    [InlineData(105, 107)] // a repair cut it
    public async Task AppendAsync_ReplacesTheReportThatSharesTrades(long first, long last)
    {
        await _store.AppendAsync(Btc, [Sweep(90, 94, 1), Sweep(100, 110, 2), Sweep(113, 120, 3)], default);
        await _store.AppendAsync(Btc, [Sweep(first, last, 2) with { Revised = true }], default);

        var whales = (await _store.ReadAsync(All(10), default)).Whales;

        Assert.Equal([113, first, 90], whales.Select(whale => whale.FirstId));
        Assert.True(whales[1].Revised);
    }

    [Fact]
    public async Task ReadAsync_PagesThroughEqualTimesWithoutLossOrRepeat()
    {
        // Many sweeps at the same instant over two symbols: the cursor has to tell them apart.
        await _store.AppendAsync(Btc, [.. Enumerable.Range(0, 25).Select(i => Sweep(i * 10, (i * 10) + 5, i / 10))], default);
        await _store.AppendAsync(Eth, [.. Enumerable.Range(0, 25).Select(i => Sweep(i * 10, (i * 10) + 5, i / 10))], default);

        var seen = new List<(Symbol, long)>();
        var times = new List<DateTimeOffset>();
        string? cursor = null;
        do
        {
            var page = await _store.ReadAsync(All(7) with { Before = cursor }, default);
            Assert.InRange(page.Whales.Count, 1, 7);
            seen.AddRange(page.Whales.Select(whale => (whale.Symbol, whale.FirstId)));
            times.AddRange(page.Whales.Select(whale => whale.TradeTime));
            cursor = page.Next;
        }
        while (cursor is not null);

        Assert.Equal(50, seen.Distinct().Count());
        Assert.Equal(50, seen.Count);
        Assert.Equal(times.OrderDescending(), times);
    }

    [Fact]
    public async Task ReadAsync_Filters()
    {
        await _store.AppendAsync(Btc, [Sweep(1, 1, 1) with { NotionalUsd = 50 }, Sweep(2, 2, 2) with { NotionalUsd = 500 }], default);
        await _store.AppendAsync(Eth, [Sweep(1, 1, 3) with { NotionalUsd = 5_000 }, Sweep(2, 2, 4) with { NotionalUsd = double.NaN, QuoteAmount = 100_000_000 }], default);

        Assert.Equal([2L, 1L], (await _store.ReadAsync(All(9) with { Symbol = Btc.Symbol }, default)).Whales.Select(whale => whale.FirstId));
        Assert.Equal([1L, 2L], (await _store.ReadAsync(All(9) with { MinNotional = 500 }, default)).Whales.Select(whale => whale.FirstId));
        Assert.Equal(
            2, (await _store.ReadAsync(All(9) with { From = Micros.ToInstant(2), To = Micros.ToInstant(4) }, default)).Whales.Count);
        Assert.Empty((await _store.ReadAsync(All(9) with { Symbol = new Symbol("XRPUSDT") }, default)).Whales);
    }

    [Fact]
    public async Task ReadAsync_RefusesACursorOfItsOwnInvention() =>
        await Assert.ThrowsAsync<FormatException>(() => _store.ReadAsync(All(9) with { Before = "newest" }, default));

    internal static Sweep Sweep(long first, long last, long timeMicros) => new()
    {
        FirstId = first,
        LastId = last,
        TradeTimeMicros = timeMicros,
        Taker = TakerSide.Sell,
        Quantity = 200_000,
        QuoteAmount = 12_000_000_000,
        FirstPrice = 6_000_000,
        LastPrice = 5_999_000,
        Levels = 4,
        PriceBefore = 6_000_100,
        NotionalUsd = 120_000,
        Threshold = 100_000,
    };

    private static WhaleQuery All(int limit) => new(null, null, null, null, limit);
}
