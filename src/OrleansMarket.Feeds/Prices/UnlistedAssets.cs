using System.Collections.Concurrent;

namespace OrleansMarket.Feeds.Prices;

/// <summary>Remembers for an hour which assets a source does not list, so that it is not asked for them again and again.</summary>
internal sealed class UnlistedAssets(TimeProvider clock)
{
    private const int Most = 1_000;
    private static readonly TimeSpan Lasts = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new(StringComparer.Ordinal);

    public bool Contains(string asset) => _until.TryGetValue(asset, out var until) && clock.GetUtcNow() < until;

    public void Add(string asset)
    {
        if (_until.Count >= Most)
        {
            _until.Clear();
        }

        _until[asset] = clock.GetUtcNow() + Lasts;
    }
}
