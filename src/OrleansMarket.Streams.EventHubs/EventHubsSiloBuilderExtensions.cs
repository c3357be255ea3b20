using Azure.Identity;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Providers;
using Orleans.Streams;

namespace OrleansMarket.Streams.EventHubs;

/// <summary>Adds Azure Event Hubs as the stream provider, and nothing else, so that the rest builds without it.</summary>
/// <remarks>Source: Microsoft.Orleans.Streaming.EventHubs 10.4.2, README and <c>EventHubStreamBuilder.cs</c>.</remarks>
public static class EventHubsSiloBuilderExtensions
{
    /// <summary>Adds the provider. Places in the partitions are kept in grain storage.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="name">The provider's name.</param>
    /// <param name="connectionString">The connection string, a secret; empty to enter with the managed identity.</param>
    /// <param name="fullyQualifiedNamespace">The namespace (name.servicebus.windows.net) for the managed identity.</param>
    /// <param name="hub">The event hub.</param>
    /// <param name="consumerGroup">The consumer group.</param>
    /// <param name="checkpointEvery">How often a place is stored.</param>
    /// <param name="share">What holds for every provider.</param>
    public static ISiloBuilder AddMarketEventHubs(
        this ISiloBuilder silo, string name, string connectionString, string fullyQualifiedNamespace, string hub, string consumerGroup, TimeSpan checkpointEvery,
        Action<ISiloPersistentStreamConfigurator> share)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        ArgumentNullException.ThrowIfNull(share);
        return silo.AddEventHubStreams(name, (ISiloEventHubStreamConfigurator streams) =>
        {
            streams.ConfigureEventHub(builder => builder.Configure(options =>
            {
                if (connectionString.Length > 0)
                {
                    options.ConfigureEventHubConnection(connectionString, hub, consumerGroup);
                }
                else
                {
                    options.ConfigureEventHubConnection(fullyQualifiedNamespace, hub, consumerGroup, new DefaultAzureCredential());
                }
            }));

            // What was published before the first start is old news: gaps are repaired by id from the exchange.
            streams.ConfigurePartitionReceiver(builder => builder.Configure(options => options.StartFromNow = true));
            streams.UseGrainCheckpointer(builder => builder.Configure(options => (options.PersistInterval, options.StorageProviderName) = (checkpointEvery, ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME)));
            share(streams);
        });
    }
}
