using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.Tests.Sqlite;

/// <summary>A directory that is gone at the end of the test.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("orleans-market-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>Opens databases as the hosts do.</summary>
internal static class TestDatabase
{
    public static DateTimeOffset Now { get; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static StorageInstruments Instruments { get; } = new(new PlainMeters());

    public static MarketDatabase Open(
        TemporaryDirectory directory, TimeProvider? clock = null, StorageDurability durability = StorageDurability.ProcessCrash) =>
        Open(directory.Path, clock, durability);

    public static MarketDatabase Open(string directory, TimeProvider? clock = null, StorageDurability durability = StorageDurability.ProcessCrash) =>
        MarketDatabase.Open(
            Options.Create(new StorageOptions { DataDirectory = directory, Durability = durability }), Instruments,
            clock ?? new StoppedClock(Now), NullLogger<MarketDatabase>.Instance);

    public static MarketDatabase OpenReadOnly(string directory) =>
        MarketDatabase.OpenReadOnly(
            Options.Create(new StorageOptions { DataDirectory = directory }), Instruments, new StoppedClock(Now), NullLogger<MarketDatabase>.Instance);

    private sealed class PlainMeters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}

/// <summary>A clock that stands still until a test moves it.</summary>
internal sealed class StoppedClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
