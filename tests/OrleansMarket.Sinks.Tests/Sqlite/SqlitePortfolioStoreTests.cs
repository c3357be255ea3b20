using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.Tests.Sqlite;

public sealed class SqlitePortfolioStoreTests : DatabaseTestBase
{
    private static readonly Holding Btc = new() { Asset = "BTC", Quantity = 0.123456789012345678m, CostBasis = 20_000.50m };
    private static readonly Holding Eth = new() { Asset = "ETH", Quantity = 1_000_000_000_000_000m };

    private SqlitePortfolioStore Store => new(Database);

    [Fact]
    public async Task PutAsync_KeepsEveryDigit_OverARestart()
    {
        Assert.Equal(PortfolioWrite.Added, await Store.PutAsync(Named("main", Btc, Eth), 10, default));
        await ReopenAsync();

        var kept = Assert.Single(await Store.ReadAllAsync(default));
        Assert.Equal(("main", PortfolioOrigin.Api, TestDatabase.Now), (kept.Name, kept.Origin, kept.Updated));
        Assert.Equal([Btc, Eth], kept.Holdings);
    }

    [Fact]
    public async Task PutAsync_ReplacesItsNamesakeOnly()
    {
        await Store.PutAsync(Named("b", Btc), 10, default);
        await Store.PutAsync(Named("a", Btc), 10, default);
        Assert.Equal(PortfolioWrite.Replaced, await Store.PutAsync(Named("b", Eth), 10, default));
        Assert.Equal([("a", Btc), ("b", Eth)], (await Store.ReadAllAsync(default)).Select(portfolio => (portfolio.Name, portfolio.Holdings[0])));
    }

    [Fact]
    public async Task PutAsync_RefusesANewOneBeyondTheLimit()
    {
        await Store.PutAsync(Named("a", Btc), 1, default);
        Assert.Equal(PortfolioWrite.Full, await Store.PutAsync(Named("b", Btc), 1, default));
        Assert.Equal(PortfolioWrite.Replaced, await Store.PutAsync(Named("a", Eth), 1, default));
        Assert.Single(await Store.ReadAllAsync(default));
    }

    [Fact]
    public async Task RemoveAsync_TellsWhetherThereWasOne()
    {
        await Store.PutAsync(Named("a", Btc), 1, default);
        Assert.True(await Store.RemoveAsync("a", default));
        Assert.False(await Store.RemoveAsync("a", default));
        Assert.Empty(await Store.ReadAllAsync(default));
    }

    private static PortfolioHoldings Named(string name, params Holding[] holdings) => new() { Name = name, Holdings = holdings, Updated = TestDatabase.Now };
}
