using System.Collections.Concurrent;

namespace OrleansMarket.Grains.Ingress;

/// <summary>
/// The running feeds of the shards that this silo owns. A silo that stops ends them while the streams still take what is left: Orleans ends its grains in no order,
/// and a stream's own queue may go before the shard that publishes to it.
/// </summary>
public sealed class LocalShards
{
    private readonly ConcurrentDictionary<ShardFeed, bool> _feeds = [];

    internal void Add(ShardFeed feed) => _feeds.TryAdd(feed, true);

    internal void Remove(ShardFeed feed) => _feeds.TryRemove(feed, out _);

    /// <summary>Ends all of them; their grains stay owners until Orleans stops.</summary>
    internal Task EndAsync() => Task.WhenAll(_feeds.Keys.Select(feed => feed.DisposeAsync().AsTask()));
}
