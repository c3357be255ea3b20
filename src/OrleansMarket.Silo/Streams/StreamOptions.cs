using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace OrleansMarket.Silo.Streams;

/// <summary>What carries the trades from the silos that listen to those that keep the engines.</summary>
public enum StreamCarrier : byte
{
    /// <summary>The silos' own memory: nothing to install; what is under way is lost with a silo and repaired by id.</summary>
    Memory,

    /// <summary>Redis Streams on the shared server.</summary>
    Redis,

    /// <summary>Azure Event Hubs; only in builds with it.</summary>
    EventHubs,
}

/// <summary>Configures the streams. Section: <c>Streams</c>. Must be the same on every silo.</summary>
public sealed class StreamOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Streams";

    // What MemoryStreamQueueGrain of Orleans holds; not a setting there.
    private const long MemoryQueueLength = 16_384;

    /// <summary>Gets or sets what carries the trades, <c>Memory</c>, <c>Redis</c> or <c>EventHubs</c>. Default: <c>Memory</c>.</summary>
    public StreamCarrier Provider { get; set; }

    /// <summary>Gets or sets into how many queues the streams are divided, at least one per silo. Default: 8.</summary>
    [Range(1, 1_024)]
    public int Queues { get; set; } = 8;

    /// <summary>Gets or sets how often a queue is looked into. Default: 10 ms; Orleans' own 100 ms would be most of the delay.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:01")]
    public TimeSpan PollPeriod { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Gets or sets how long memory keeps what was delivered, for engines that fall behind. Default: 2 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan MemoryRetention { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets how many batches each Redis stream keeps; the oldest go first. Default: 100,000.</summary>
    [Range(1_000, 100_000_000)]
    public long RedisMaxLength { get; set; } = 100_000;

    /// <summary>Gets how many batches may wait before the feed has to, or the oldest go; 0 where nothing bounds them but their age. A batch is at least one print.</summary>
    internal long BatchCapacity => Queues * Provider switch
    {
        StreamCarrier.Memory => MemoryQueueLength,
        StreamCarrier.Redis => RedisMaxLength,
        _ => 0,
    };

    /// <summary>Gets or sets the settings of Event Hubs.</summary>
    [ValidateObjectMembers]
    public EventHubOptions EventHubs { get; set; } = new();
}

/// <summary>Configures Azure Event Hubs. Section: <c>Streams:EventHubs</c>.</summary>
public sealed class EventHubOptions
{
    /// <summary>Gets or sets the connection string, a secret. Default: none, then <see cref="Namespace"/> is used with the machine's own identity.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>Gets or sets the fully qualified namespace (name.servicebus.windows.net) that is entered with the managed identity. Default: none.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>Gets or sets the event hub. Default: market-trades.</summary>
    [Required]
    public string Hub { get; set; } = "market-trades";

    /// <summary>Gets or sets the consumer group. Default: $Default.</summary>
    [Required]
    public string ConsumerGroup { get; set; } = "$Default";

    /// <summary>Gets or sets how often the place in a partition is stored (in grain storage). Default: 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan CheckpointEvery { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>Checks what attributes can say of <see cref="StreamOptions"/>.</summary>
[OptionsValidator]
public sealed partial class StreamOptionsValidator : IValidateOptions<StreamOptions>;
