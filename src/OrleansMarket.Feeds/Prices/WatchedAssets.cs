using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Feeds.Prices;

/// <summary>Which assets the sources are asked for: those that always are, and for some time those that somebody asked for.</summary>
internal sealed class WatchedAssets(IEnumerable<string> always, TimeSpan watchFor, int most)
{
    private readonly Lock _gate = new();
    private readonly List<string> _always = [.. always.Append(PriceQuote.Usdt).Distinct()];
    private readonly Dictionary<string, DateTimeOffset> _until = new(StringComparer.Ordinal);

    /// <summary>Watches assets for good, as far as the bound allows.</summary>
    public void AddAlways(IEnumerable<string> assets)
    {
        lock (_gate)
        {
            _always.AddRange(assets.Except(_always).Take(Math.Max(0, most - _always.Count)).ToArray());
        }
    }

    /// <summary>Watches an asset for some time from now on; answers whether it is watched.</summary>
    public bool Touch(string asset, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_always.Contains(asset))
            {
                return true;
            }

            if (!_until.ContainsKey(asset) && _always.Count + _until.Count >= most)
            {
                return false;
            }

            _until[asset] = now + watchFor;
            return true;
        }
    }

    /// <summary>Tells whether an asset is watched.</summary>
    public bool Contains(string asset)
    {
        lock (_gate)
        {
            return _always.Contains(asset) || _until.ContainsKey(asset);
        }
    }

    /// <summary>The assets watched at an instant.</summary>
    /// <param name="now">The instant.</param>
    /// <param name="ended">Those that are watched no longer since the last call.</param>
    public IReadOnlyList<string> At(DateTimeOffset now, out IReadOnlyList<string> ended)
    {
        lock (_gate)
        {
            ended = [.. _until.Where(pair => pair.Value < now).Select(pair => pair.Key)];
            foreach (var asset in ended)
            {
                _until.Remove(asset);
            }

            return [.. _always, .. _until.Keys.Except(_always)];
        }
    }
}
