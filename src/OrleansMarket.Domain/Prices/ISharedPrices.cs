namespace OrleansMarket.Domain.Prices;

/// <summary>What several processes know of prices together: a cache that all of them read, and one process that asks the sources for all.</summary>
public interface ISharedPrices
{
    /// <summary>Reads from the cache; nothing of assets that it does not have, and nothing at all while it is away. Takes well below a second.</summary>
    Task<IReadOnlyList<PriceBasis>> ReadAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken);

    /// <summary>Has the sources asked for what is not fresh; <see langword="null"/> while nobody does that for all, so that the caller asks them itself.</summary>
    Task<IReadOnlyList<PriceBasis>?> AskAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken);

    /// <summary>How the sources do, or <see langword="null"/> while nobody asks them for all.</summary>
    Task<PriceStatus?> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>Hits and misses of the caches of all processes together, this one's included.</summary>
    Task<CacheCounts> CountCachesAsync(CancellationToken cancellationToken);

    /// <summary>Puts prices into the cache and tells everybody of those that have changed.</summary>
    /// <exception cref="IOException">The cache is away; the message says so in one line.</exception>
    Task PublishAsync(IReadOnlyList<SharedPrice> prices, CancellationToken cancellationToken);
}

/// <summary>A price as it is shared: for people and programs, and what it was decided from for other processes of ours.</summary>
/// <param name="Price">The price now.</param>
/// <param name="Basis">What it was decided from.</param>
/// <param name="IsNews">Whether it has changed since it was last shared.</param>
public sealed record SharedPrice(AssetPrice Price, PriceBasis Basis, bool IsNews);
