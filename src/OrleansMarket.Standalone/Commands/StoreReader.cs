using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Sinks.TradeLog;

namespace OrleansMarket.Standalone.Commands;

/// <summary>Opens what <c>serve</c> has stored, for a command that lives for a moment: nobody measures or logs it.</summary>
internal sealed class StoreReader(string folder, TimeProvider clock) : IDisposable
{
    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private IOptions<StorageOptions> Storage { get; } = Options.Create(new StorageOptions { DataDirectory = folder });

    private StorageInstruments Instruments => field ??= new StorageInstruments(_metrics.GetRequiredService<IMeterFactory>());

    /// <summary>Opens the database beside a process that may be writing it.</summary>
    public MarketDatabase OpenDatabase() => MarketDatabase.OpenReadOnly(Storage, Instruments, clock, NullLogger<MarketDatabase>.Instance);

    /// <summary>Opens the database for changing it; impossible while another process has it.</summary>
    public MarketDatabase OpenDatabaseForWriting() => MarketDatabase.Open(Storage, Instruments, clock, NullLogger<MarketDatabase>.Instance);

    /// <summary>Opens the raw trades beside a process that may be writing them.</summary>
    public FileTradeLog OpenTradeLog() =>
        FileTradeLog.OpenReadOnly(Storage, Options.Create(new TradeLogOptions()), Instruments, clock, NullLogger<FileTradeLog>.Instance);

    /// <summary>Watches the raw trades that another process writes.</summary>
    public TradeLogFollower Follow() => new(Storage, Instruments, clock);

    /// <summary>Reads which pairs <c>serve</c> follows or has followed; none where there is no database.</summary>
    public async Task<IReadOnlyCollection<Symbol>> ReadFollowedAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(folder, MarketDatabase.FileName)))
        {
            return [];
        }

        await using var database = OpenDatabase();
        return [.. (await new SqliteSymbolSpecStore(database).LoadAllAsync(cancellationToken).ConfigureAwait(false)).Keys];
    }

    public void Dispose() => _metrics.Dispose();
}
