using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansMarket.Silo.Redis;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Redis;
using StackExchange.Redis;

namespace OrleansMarket.Cluster.Tests.Redis;

/// <summary>A Redis and, as the yardstick, a database: what one store answers the other must answer too.</summary>
internal sealed class RedisStoreBench : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConnectionMultiplexer _connection;

    private RedisStoreBench(RedisServer server, ConnectionMultiplexer connection)
    {
        (Server, _connection) = (server, connection);
        Store = new RedisStore(connection, "test");
        Instruments = new StorageInstruments(new PlainMeters());
        Database = MarketDatabase.Open(
            Options.Create(new StorageOptions { DataDirectory = _folder.Path, Durability = StorageDurability.ProcessCrash }), Instruments, Clock,
            NullLogger<MarketDatabase>.Instance);
    }

    /// <summary>Gets noon of today, UTC: the server lets keys expire by its own clock, so a fixed day would be past some day.</summary>
    public static DateTimeOffset Now { get; } = new(TimeProvider.System.GetUtcNow().Date.AddHours(12), TimeSpan.Zero);

    public ManualTimeProvider Clock { get; } = new(Now);

    public IOptions<RetentionOptions> Retention { get; } = Options.Create(new RetentionOptions());

    public RedisServer Server { get; }

    public RedisStore Store { get; }

    public MarketDatabase Database { get; }

    public StorageInstruments Instruments { get; }

    public static async Task<RedisStoreBench> StartAsync()
    {
        var server = await RedisServer.StartAsync("everysec");
        var client = ConfigurationOptions.Parse($"{server.Address},connectTimeout=60000,syncTimeout=60000,asyncTimeout=60000");
        client.ReconnectRetryPolicy = new LinearRetry(500); // else it tries again after half the time that it has for connecting
        return new RedisStoreBench(server, await ConnectionMultiplexer.ConnectAsync(client));
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _connection.DisposeAsync();
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
