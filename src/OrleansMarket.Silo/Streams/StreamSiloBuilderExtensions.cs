using Orleans.Streams;
using OrleansMarket.Contracts;
using OrleansMarket.Domain;
using StackExchange.Redis;
#if EVENTHUBS
using OrleansMarket.Streams.EventHubs;
#endif

namespace OrleansMarket.Silo.Streams;

/// <summary>Adds the stream provider that the settings name.</summary>
public static class StreamSiloBuilderExtensions
{
    /// <summary>Adds the provider under <see cref="StreamNames.Provider"/>. Every subscription is implicit, so nothing is kept of who listens.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="options">The settings, checked.</param>
    /// <param name="redis">The shared server's connection; only needed by Redis Streams.</param>
    /// <param name="redisClient">How it was made; only needed by Redis Streams.</param>
    public static ISiloBuilder AddMarketStreams(this ISiloBuilder silo, StreamOptions options, IConnectionMultiplexer? redis = null, ConfigurationOptions? redisClient = null)
    {
        switch (options.Provider)
        {
            case StreamCarrier.Memory:
                silo.AddMemoryStreams(StreamNames.Provider, streams =>
                {
                    streams.ConfigurePartitioning(options.Queues);
                    streams.ConfigureCacheEviction(cache => cache.Configure(bounds =>
                    {
                        bounds.DataMinTimeInCache = TimeSpan.FromSeconds(5);
                        bounds.DataMaxAgeInCache = options.MemoryRetention;
                    }));
                    Share(streams, options);
                });
                break;
            case StreamCarrier.Redis:
                silo.AddRedisStreams(StreamNames.Provider, streams =>
                {
                    streams.ConfigureOptions((stream, _) =>
                    {
                        stream.ConfigurationOptions = redisClient!;
                        stream.CreateMultiplexer = _ => Task.FromResult((redis!, true));
                        stream.MaxStreamLength = options.RedisMaxLength;
                    });
                    streams.ConfigurePartitioning(options.Queues);
                    Share(streams, options);
                });
                break;
#if EVENTHUBS
            case StreamCarrier.EventHubs:
                var hub = options.EventHubs;
                silo.AddMarketEventHubs(
                    StreamNames.Provider, hub.ConnectionString, hub.Namespace, hub.Hub, hub.ConsumerGroup, hub.CheckpointEvery, streams => Share(streams, options));
                break;
#endif
            default:
                throw new CorrectableException($"Streams:Provider: expected one that this build has, found {options.Provider}");
        }

        return silo;
    }

    private static void Share(ISiloPersistentStreamConfigurator streams, StreamOptions options)
    {
        streams.ConfigurePullingAgent(agent => agent.Configure(pulling => pulling.GetQueueMsgsTimerPeriod = options.PollPeriod));
        streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
    }
}
