using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.Tests.Sqlite;

public sealed class SqliteSymbolSpecStoreTests : DatabaseTestBase
{
    private static readonly SymbolSpec Ada = new(new Symbol("ADAUSDT"), 4, 1)
    {
        BaseAsset = "ADA",
        QuoteAsset = "USDT",
        Status = SymbolStatus.Trading,
        MinPrice = 1,
        MaxPrice = 10_000_000,
        MinQuantity = 1,
        MaxQuantity = long.MaxValue,
    };

    [Fact]
    public async Task LoadAllAsync_KnowsEverythingAfterARestart()
    {
        var halted = new SymbolSpec(new Symbol("币安USDT"), 8, 8) { Status = SymbolStatus.Halted };
        await new SqliteSymbolSpecStore(Database).SaveAsync([Ada, halted], default);
        // A symbol that is known by its candles only has no specification.
        await new SqliteCandleStore(Database).AppendAsync(new(new Symbol("XRPUSDT"), 4, 0), [SqliteCandleStoreTests.Candle(0)], default);
        await ReopenAsync();

        var loaded = await new SqliteSymbolSpecStore(Database).LoadAllAsync(default);

        Assert.Equal(2, loaded.Count);
        Assert.Equal(Ada, loaded[Ada.Symbol]);
        Assert.Equal(halted, loaded[halted.Symbol]);
    }

    [Fact]
    public async Task SaveAsync_NeverLetsDecimalsFall()
    {
        var store = new SqliteSymbolSpecStore(Database);
        await store.SaveAsync([Ada], default);

        var answered = await store.SaveAsync([new SymbolSpec(Ada.Symbol, 3, 2) { MinPrice = 1 }], default);

        Assert.Equal((4, 2, 10L), (answered[Ada.Symbol].PriceDecimals, answered[Ada.Symbol].QuantityDecimals, answered[Ada.Symbol].MinPrice));
        Assert.Equal(answered[Ada.Symbol], (await store.LoadAllAsync(default))[Ada.Symbol]);
    }
}
