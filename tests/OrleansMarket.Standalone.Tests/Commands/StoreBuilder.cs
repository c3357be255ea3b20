using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Sinks.TradeLog;

namespace OrleansMarket.Standalone.Tests.Commands;

/// <summary>Writes a store as <c>serve</c> leaves it.</summary>
internal sealed class StoreBuilder(string folder) : IDisposable
{
    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public static SymbolSpec Btc { get; } = new(new Symbol("BTCUSDT"), 2, 5);

    public static SymbolSpec Eth { get; } = new(new Symbol("ETHUSDT"), 2, 4);

    /// <summary>2026-11-21T10:00:00Z.</summary>
    public static long Start { get; } = Micros.From(new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero));

    private StorageInstruments Instruments => field ??= new StorageInstruments(_metrics.GetRequiredService<IMeterFactory>());

    private IOptions<StorageOptions> Storage => Options.Create(new StorageOptions { DataDirectory = folder, Durability = StorageDurability.ProcessCrash });

    public MarketDatabase OpenDatabase() => MarketDatabase.Open(Storage, Instruments, TimeProvider.System, NullLogger<MarketDatabase>.Instance);

    public FileTradeLog OpenTradeLog() => FileTradeLog.Open(
        Storage, Options.Create(new TradeLogOptions()), Instruments, TimeProvider.System, NullLogger<FileTradeLog>.Instance);

    public static ReceivedPrint Trade(SymbolSpec spec, long id, long afterMicros) => new(
        Print.Trade(spec, id, Start + afterMicros, 6_183_763, 12_300, id % 2 == 0 ? TakerSide.Buy : TakerSide.Sell), Start + afterMicros, Start + afterMicros + 4_100);

    public void Dispose() => _metrics.Dispose();
}
