using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.TestKit;

namespace OrleansMarket.Sinks.Tests.Sqlite;

/// <summary>Opens databases as the hosts do.</summary>
internal static class TestDatabase
{
    public static DateTimeOffset Now { get; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static StorageInstruments Instruments { get; } = new(new PlainMeters());

    public static MarketDatabase Open(
        TemporaryFolder directory, TimeProvider? clock = null, StorageDurability durability = StorageDurability.ProcessCrash) =>
        Open(directory.Path, clock, durability);

    public static MarketDatabase Open(string directory, TimeProvider? clock = null, StorageDurability durability = StorageDurability.ProcessCrash) =>
        MarketDatabase.Open(
            Options.Create(new StorageOptions { DataDirectory = directory, Durability = durability }), Instruments,
            clock ?? new ManualTimeProvider(Now), NullLogger<MarketDatabase>.Instance);

    public static MarketDatabase OpenReadOnly(string directory) =>
        MarketDatabase.OpenReadOnly(
            Options.Create(new StorageOptions { DataDirectory = directory }), Instruments, new ManualTimeProvider(Now), NullLogger<MarketDatabase>.Instance);
}
