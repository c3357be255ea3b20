using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Sinks.Tests.Sqlite;
using OrleansMarket.Sinks.TradeLog;
using OrleansMarket.TestKit;

namespace OrleansMarket.Sinks.Tests.TradeLog;

/// <summary>Opens raw trade logs as the hosts do, and makes trades for them.</summary>
internal static class TestTradeLog
{
    public static SymbolSpec Btc { get; } = new(new Symbol("BTCUSDT"), 2, 5);

    /// <summary>2026-11-21T10:00:00Z, the start of an hour.</summary>
    public static long Hour { get; } = Micros.From(new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero));

    public static FileTradeLog Open(string directory, TradeLogOptions? options = null, TimeProvider? clock = null) => FileTradeLog.Open(
        Options.Create(new StorageOptions { DataDirectory = directory }), Options.Create(options ?? new TradeLogOptions()), TestDatabase.Instruments,
        clock ?? new ManualTimeProvider(TestDatabase.Now), NullLogger<FileTradeLog>.Instance);

    public static FileTradeLog OpenReadOnly(string directory) => FileTradeLog.OpenReadOnly(
        Options.Create(new StorageOptions { DataDirectory = directory }), Options.Create(new TradeLogOptions()), TestDatabase.Instruments,
        new ManualTimeProvider(TestDatabase.Now), NullLogger<FileTradeLog>.Instance);

    public static ReceivedPrint Trade(long id, long timeMicros, SymbolSpec? spec = null) => new(
        Print.Trade(spec ?? Btc, id, timeMicros, 6_000_000 + (id % 97), 100 + (id % 13), (TakerSide)(id % 2)), timeMicros + 1_000, timeMicros + 2_345 + id);

    public static ReceivedPrint[] Trades(long first, int count, long startMicros, long stepMicros = 1_000) =>
        [.. Enumerable.Range(0, count).Select(i => Trade(first + i, startMicros + (i * stepMicros)))];

    /// <summary>Copies a log as a kill would leave it: whatever was written, nothing tidied.</summary>
    public static void CopyTo(string from, string to)
    {
        foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = File.Create(target);
            source.CopyTo(copy);
        }
    }
}
