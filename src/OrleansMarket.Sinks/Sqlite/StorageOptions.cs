using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>Configures the data directory and the database in it. Section: <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Storage";

    /// <summary>Gets or sets the directory of database and raw trade log; one process at a time. The hosts set it, below what <c>--data</c> says. Default: <c>data</c>.</summary>
    [Required]
    public string DataDirectory { get; set; } = "data";

    /// <summary>Gets or sets what a finished write survives, <c>PowerLoss</c> or <c>ProcessCrash</c>. Default: <c>PowerLoss</c>.</summary>
    public StorageDurability Durability { get; set; } = StorageDurability.PowerLoss;

    /// <summary>Gets or sets how many writes may wait before their callers have to. Default: 1,024.</summary>
    [Range(16, 65_536)]
    public int WriteQueueCapacity { get; set; } = 1_024;

    /// <summary>Gets or sets how many reads run at a time. Default: 4.</summary>
    [Range(1, 64)]
    public int Readers { get; set; } = 4;
}

/// <summary>What a finished write survives.</summary>
public enum StorageDurability : byte
{
    /// <summary>
    /// Loss of power: every commit waits for the disk (SQLite <c>synchronous=FULL</c>). Writes that wait together share one wait, so the price is
    /// latency, not throughput.
    /// </summary>
    PowerLoss,

    /// <summary>
    /// The death of the process (<c>kill -9</c>), but not of the machine: the last second may be missing after a loss of power, never damaged
    /// (SQLite <c>synchronous=NORMAL</c>). Trades missing then are repaired by id; an alert message may be sent again.
    /// </summary>
    ProcessCrash,
}

/// <summary>Checks <see cref="StorageOptions"/>.</summary>
[OptionsValidator]
public sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;
