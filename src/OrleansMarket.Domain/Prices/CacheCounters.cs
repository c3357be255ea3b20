using System.Collections.Concurrent;

namespace OrleansMarket.Domain.Prices;

/// <summary>Counts hits and misses of caches by name. Safe to use from several threads.</summary>
public sealed class CacheCounters
{
    /// <summary>The cache of prices.</summary>
    public const string Prices = "prices";

    private readonly ConcurrentDictionary<string, Counter> _counters = new(StringComparer.Ordinal);

    /// <summary>Counts one look into a cache.</summary>
    /// <param name="cache">The cache; one of few.</param>
    /// <param name="hit">Whether it had what was looked for.</param>
    public void Record(string cache, bool hit) => _counters.GetOrAdd(cache, static _ => new Counter()).Add(hit);

    /// <summary>The counts, by name of the cache.</summary>
    public IReadOnlyList<CacheCount> Describe() =>
        [.. _counters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value.Describe(pair.Key))];

    private sealed class Counter
    {
        private long _hits;
        private long _misses;

        public void Add(bool hit) => Interlocked.Increment(ref hit ? ref _hits : ref _misses);

        public CacheCount Describe(string cache) => new(cache, Interlocked.Read(ref _hits), Interlocked.Read(ref _misses));
    }
}

/// <summary>How often a cache had what was looked for.</summary>
/// <param name="Cache">The cache.</param>
/// <param name="Hits">How often it had.</param>
/// <param name="Misses">How often it had not.</param>
public sealed record CacheCount(string Cache, long Hits, long Misses)
{
    /// <summary>Gets hits and misses together.</summary>
    public long Requests => Hits + Misses;

    /// <summary>Gets the share of hits, 0 to 1; 0 before the first request.</summary>
    public double HitRate => Requests == 0 ? 0 : (double)Hits / Requests;

    /// <summary>The counts of several processes, added up by name of the cache.</summary>
    public static IReadOnlyList<CacheCount> Sum(IEnumerable<CacheCount> counts) =>
    [
        .. counts.GroupBy(count => count.Cache, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new CacheCount(group.Key, group.Sum(count => count.Hits), group.Sum(count => count.Misses))),
    ];
}

/// <summary>Hits and misses of all processes that share prices.</summary>
/// <param name="Caches">Every cache by name.</param>
/// <param name="Silent">The servers that did not say theirs in time; they are not in the counts.</param>
public sealed record CacheCounts(IReadOnlyList<CacheCount> Caches, IReadOnlyList<string> Silent);
