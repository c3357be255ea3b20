namespace OrleansMarket.Domain.Prices;

/// <summary>Prices in USD, for pages, API, portfolio and sinks; each host implements it.</summary>
public interface IPrices
{
    /// <summary>The most assets that one question may name.</summary>
    const int MostAssets = 50;

    /// <summary>Gets the assets that are always watched, in the order of the configuration.</summary>
    IReadOnlyList<string> Assets { get; }

    /// <summary>
    /// The prices of assets, in the order asked for. What is fresh is answered at once. For the rest every source is asked, once for all who wait, and the
    /// answer is what came within a second. Assets asked for are watched for some time afterwards.
    /// </summary>
    /// <param name="assets">Plausible names (<see cref="AssetName"/>), at most <see cref="MostAssets"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<IReadOnlyList<AssetPrice>> GetAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken);

    /// <summary>How the sources and the cache do.</summary>
    ValueTask<PriceStatus> DescribeAsync(CancellationToken cancellationToken);
}

/// <summary>Hears of changed prices, at most once a second and asset; must not block. Nothing rests on it.</summary>
public interface IPriceListener
{
    /// <summary>A price has changed, or what is known of it.</summary>
    void OnPrice(AssetPrice price);
}
