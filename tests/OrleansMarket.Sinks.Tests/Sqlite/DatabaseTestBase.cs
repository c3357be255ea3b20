using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.TestKit;

namespace OrleansMarket.Sinks.Tests.Sqlite;

/// <summary>Gives every test a database of its own.</summary>
public abstract class DatabaseTestBase : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _directory = new();

    protected DatabaseTestBase()
    {
        Clock = new ManualTimeProvider(TestDatabase.Now);
        Database = TestDatabase.Open(_directory, Clock);
    }

    internal ManualTimeProvider Clock { get; }

    protected MarketDatabase Database { get; private set; }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Database.DisposeAsync().AsTask();

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the database and opens it again, as a restart does.</summary>
    protected async Task ReopenAsync()
    {
        await Database.DisposeAsync();
        Database = TestDatabase.Open(_directory, Clock);
    }
}
