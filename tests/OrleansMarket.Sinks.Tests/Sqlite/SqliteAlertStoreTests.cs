using OrleansMarket.Domain.Alerts;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.TestKit.Alerts;

namespace OrleansMarket.Sinks.Tests.Sqlite;

public sealed class SqliteAlertStoreTests : DatabaseTestBase
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RandomUse_EqualsTheStoreInMemory(int seed)
    {
        var random = new Random(seed);
        var model = new InMemoryAlertStore();
        for (var round = 0; round < 120; round++)
        {
            var real = new SqliteAlertStore(Database);
            var now = TestDatabase.Now.AddMinutes(round);
            foreach (var store in new IAlertStore[] { model, real })
            {
                await AlertStoreUse.ActAsync(store, new Random((seed * 1_000) + round), now);
            }

            Assert.Equal(await AlertStoreUse.ReadAsync(model, new Random(round), now), await AlertStoreUse.ReadAsync(real, new Random(round), now));
            if (random.Next(30) == 0)
            {
                await ReopenAsync();
            }
        }
    }
}
