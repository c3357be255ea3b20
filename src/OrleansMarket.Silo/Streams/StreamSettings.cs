using OrleansMarket.Domain;
using OrleansMarket.Silo.Redis;

namespace OrleansMarket.Silo.Streams;

/// <summary>Reads <see cref="StreamOptions"/> before the silo is built; what is wrong is said in one line that names the setting.</summary>
public static class StreamSettings
{
    /// <summary>Gets whether this build can carry trades over Event Hubs.</summary>
    public static bool HasEventHubs =>
#if EVENTHUBS
        true;
#else
        false;
#endif

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="CorrectableException">One is wrong.</exception>
    public static StreamOptions Read(IConfiguration configuration, RedisOptions redis, bool hasEventHubs)
    {
        var section = configuration.GetSection(StreamOptions.SectionName);
        var named = section[nameof(StreamOptions.Provider)];
        if (!string.IsNullOrEmpty(named) && (!Enum.TryParse<StreamCarrier>(named, ignoreCase: true, out var carrier) || !Enum.IsDefined(carrier) || char.IsAsciiDigit(named[0])))
        {
            throw new CorrectableException($"Streams:Provider: expected {string.Join(", ", Enum.GetNames<StreamCarrier>())}, found {named}");
        }

        var options = new StreamOptions();
        section.Bind(options);

        if (new StreamOptionsValidator().Validate(StreamOptions.SectionName, options) is { Failed: true } wrong)
        {
            throw new CorrectableException($"Streams: {wrong.FailureMessage}");
        }

        switch (options.Provider)
        {
            case StreamCarrier.Redis when !redis.IsSet:
                throw new CorrectableException("Streams:Provider: Redis needs a server; set Cluster:Redis to its host:port");
            case StreamCarrier.EventHubs when !hasEventHubs:
                throw new CorrectableException("Streams:Provider: this build is without Event Hubs (-p:EventHubs=false); build with it, or choose Memory or Redis");
            case StreamCarrier.EventHubs:
                Check(options.EventHubs);
                break;
        }

        return options;
    }

    private static void Check(EventHubOptions options)
    {
        if (options.ConnectionString.Length == 0 == (options.Namespace.Length == 0))
        {
            throw new CorrectableException(
                options.Namespace.Length == 0
                    ? "Streams:EventHubs: expected ConnectionString, or Namespace for the managed identity, found neither"
                    : "Streams:EventHubs: expected either ConnectionString or Namespace, found both");
        }

        if (options.ConnectionString.Length > 0 && !options.ConnectionString.Contains("Endpoint=sb://", StringComparison.OrdinalIgnoreCase))
        {
            // The text itself is a secret.
            throw new CorrectableException("Streams:EventHubs:ConnectionString: expected one that begins with Endpoint=sb://, found another text");
        }

        if (options.Namespace.Length > 0 && (options.Namespace.Contains('/') || !options.Namespace.Contains('.')))
        {
            throw new CorrectableException($"Streams:EventHubs:Namespace: expected a host such as name.servicebus.windows.net, found {options.Namespace}");
        }
    }
}
