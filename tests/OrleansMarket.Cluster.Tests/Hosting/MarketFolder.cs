using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.TestKit;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>A data folder with a real database, closed by one host and opened by the next.</summary>
internal sealed class MarketFolder : IAsyncDisposable, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public MarketFolder() => Database = Open();

    /// <summary>Gets where it is.</summary>
    public string Path => _folder.Path;

    public MarketDatabase Database { get; private set; }

    /// <summary>Opens the database of a folder as a host does.</summary>
    public static MarketDatabase Open(string folder) => MarketDatabase.Open(
        Options.Create(new StorageOptions { DataDirectory = folder, Durability = StorageDurability.ProcessCrash }), new StorageInstruments(new PlainMeters()),
        TimeProvider.System, NullLogger<MarketDatabase>.Instance);

    /// <summary>One host stops, the next starts.</summary>
    public async Task ChangeHostAsync()
    {
        await Database.DisposeAsync();
        Database = Open();
    }

    /// <summary>Closes the database.</summary>
    public ValueTask DisposeAsync() => Database.DisposeAsync();

    /// <summary>Deletes the folder.</summary>
    public void Dispose() => _folder.Dispose();

    private MarketDatabase Open() => Open(_folder.Path);
}
