using OrleansMarket.Domain.Prices;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.Tests.Sqlite;

public sealed class SqlitePriceStoreTests : DatabaseTestBase
{
    private static readonly DateTimeOffset Time = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task SaveAsync_KeepsEveryDigit_AndAnOlderPriceNeverReplacesANewerOne()
    {
        var store = new SqlitePriceStore(Database);
        var pepe = new LastKnownPrice("PEPE", 0.000001234567m, Time, "okx");
        var btc = new LastKnownPrice("BTC", 61_818.7700m, Time, "stream");
        await store.SaveAsync([pepe, btc], default);
        await store.SaveAsync([new LastKnownPrice("BTC", 1, Time.AddSeconds(-1), "kraken")], default);
        Assert.Equal([btc, pepe], await store.LoadAsync(default));

        var newer = new LastKnownPrice("BTC", 62_000, Time.AddSeconds(1), "kraken");
        await store.SaveAsync([newer], default);
        Assert.Equal([newer, pepe], await store.LoadAsync(default));
    }
}
