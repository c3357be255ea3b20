using OrleansMarket.Contracts.Trades;

namespace OrleansMarket.Contracts.Ingress;

/// <summary>
/// Owns one shard of the feed: while it is active, its silo listens to the exchange for the shard's symbols and publishes their trades. Lives
/// only on silos with the ingress role. Key: the shard's number, from 0.
/// </summary>
[Alias("market.ingress-shard")]
public interface IIngressShardGrain : IGrainWithIntegerKey
{
    /// <summary>Makes sure that the shard has an owner, and tells how it does. Every ingress silo asks all the time.</summary>
    [Alias("keep")]
    Task<IngressShardStatus> KeepAsync(CancellationToken cancellationToken);

    /// <summary>Raw trades of a symbol of the shard that touch the ids, as batches, by id; from the log of the silo that owns the shard now.</summary>
    [Alias("read-by-id")]
    Task<IReadOnlyList<TradeBatch>> ReadByIdAsync(string symbol, long firstId, long lastId, int limit, CancellationToken cancellationToken);

    /// <summary>Raw trades of a symbol of the shard with a trade time in [from, to), µs, as batches, by id.</summary>
    [Alias("read-by-time")]
    Task<IReadOnlyList<TradeBatch>> ReadByTimeAsync(string symbol, long fromMicros, long toMicros, int limit, CancellationToken cancellationToken);

    /// <summary>Adds trades that a repair brought to the raw log.</summary>
    [Alias("append")]
    Task AppendAsync(string symbol, TradeBatch trades, CancellationToken cancellationToken);
}
