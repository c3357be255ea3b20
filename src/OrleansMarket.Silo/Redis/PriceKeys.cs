using OrleansMarket.Domain;
using OrleansMarket.Domain.Trades;
using StackExchange.Redis;

namespace OrleansMarket.Silo.Redis;

/// <summary>
/// Where prices lie on the shared server. Those of the real market have names that people and programs know, without the service before them
/// (<c>GET btc_price:latest</c>); what is not real, or of a service with another name, never lies there.
/// </summary>
public sealed class PriceKeys
{
    private readonly string _prefix;

    /// <summary>Names the keys.</summary>
    /// <param name="service">The service.</param>
    /// <param name="feed">What feeds the product.</param>
    public PriceKeys(string service, FeedKind feed)
    {
        var apart = feed == FeedKind.Live ? "" : $"{WireName.Of(feed)}:";
        _prefix = service == StandardService ? apart : $"{service}:{apart}";
    }

    /// <summary>The name of a service that has not been given another.</summary>
    public const string StandardService = "orleans-market";

    /// <summary>Gets where bitcoin's price lies, as <c>/api/btc-price</c> tells it; gone when it is no longer fresh.</summary>
    public RedisKey Bitcoin => $"{_prefix}btc_price:latest";

    /// <summary>Gets the hash of last known prices, which never expires.</summary>
    public RedisKey Last => $"{_prefix}price:last";

    /// <summary>Gets where every change of bitcoin's price is told, as <c>/api/btc-price</c> tells it.</summary>
    public RedisChannel BitcoinUpdates => RedisChannel.Literal($"{_prefix}btc_price_updates");

    /// <summary>Gets where every change of any price is told, as it lies under <see cref="Of"/>.</summary>
    public RedisChannel Updates => RedisChannel.Literal($"{_prefix}price_updates");

    /// <summary>Where the price of an asset lies, as <c>/api/prices/{asset}</c> tells it; gone when it is no longer fresh.</summary>
    public RedisKey Of(string asset) => $"{_prefix}price:{asset}";
}
