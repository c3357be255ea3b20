using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.Tests.Sqlite;

/// <summary>Writes commits until it is killed, and tells each one after it was reported as durable. Run in a process of its own.</summary>
internal static class CrashWriter
{
    public const string Name = "crash-writer";

    public static async Task RunAsync(string directory)
    {
        await using var database = TestDatabase.Open(directory);
        var states = new SqliteEngineStateStore(database);
        for (var i = 1; ; i++)
        {
            await states.CommitAsync([MarketDatabaseTests.Commit(i)], default);
            Console.WriteLine(i);
        }
    }
}
