using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansMarket.Contracts.Serialization;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Web.Json;
using OrleansMarket.Web.Prices;
using StackExchange.Redis;

namespace OrleansMarket.Silo.Redis;

/// <summary>
/// The cache of prices that all silos share, readable for anybody: JSON as the API has it, with the time at which it was made (<c>asOf</c>), to which its ages
/// belong, and what our own silos decide from (<c>basis</c>).
/// </summary>
/// <param name="store">The shared server.</param>
/// <param name="keys">Where prices lie there.</param>
/// <param name="feed">What feeds the product.</param>
/// <param name="freshFor">For how long a price lies there.</param>
/// <param name="clock">Our clock.</param>
public sealed class RedisPriceCache(RedisStore store, PriceKeys keys, FeedSource feed, TimeSpan freshFor, TimeProvider clock)
{
    private const string Bitcoin = "BTC";

    // Answers wait for it; the server is near, or it is away.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Reads prices; those that are not there, or cannot be read, are left out, and all of them while the server is away.</summary>
    public async Task<IReadOnlyList<PriceBasis>> ReadAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
    {
        if (!store.Connection.IsConnected)
        {
            return [];
        }

        try
        {
            var values = await Task.WhenAll(assets.Append(PriceQuote.Usdt).Distinct().Select(asset => store.Database.StringGetAsync(keys.Of(asset))))
                .WaitAsync(Patience, clock, cancellationToken).ConfigureAwait(false);
            return [.. values.Select(value => ToBasis(value)).OfType<PriceBasis>()];
        }
        catch (Exception exception) when (IsAway(exception))
        {
            return [];
        }
    }

    /// <summary>Stores prices for as long as they are fresh, and tells of those that have changed.</summary>
    /// <exception cref="IOException">The server is away.</exception>
    public async Task WriteAsync(IReadOnlyList<SharedPrice> prices, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prices);
        try
        {
            if (!store.Connection.IsConnected)
            {
                throw new TimeoutException("there is no connection");
            }

            await Task.WhenAll(prices.SelectMany(Write)).WaitAsync(Patience, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsAway(exception))
        {
            throw new IOException($"expected Redis to take prices, found that it is away: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    /// <summary>Hears of changed prices from now on, also after the server was away. What cannot be read is left out.</summary>
    /// <exception cref="IOException">The server is away.</exception>
    public async Task SubscribeAsync(Action<PriceBasis> hear)
    {
        try
        {
            var queue = await store.Connection.GetSubscriber().SubscribeAsync(keys.Updates).ConfigureAwait(false);
            queue.OnMessage(message =>
            {
                if (ToBasis(message.Message) is { } basis)
                {
                    hear(basis);
                }
            });
        }
        catch (Exception exception) when (IsAway(exception))
        {
            throw new IOException($"expected Redis to tell of prices, found that it is away: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    private IEnumerable<Task> Write(SharedPrice shared)
    {
        var (price, basis, isNews) = shared;
        var now = clock.GetUtcNow();
        if (price.IsStale)
        {
            // What lies there is fresh: an old price is found among the last known ones.
            yield return store.Database.KeyDeleteAsync(price.Asset == Bitcoin ? [keys.Of(price.Asset), keys.Bitcoin] : [keys.Of(price.Asset)]);
        }

        var text = ToText(price, now, basis);
        if (!price.IsStale)
        {
            yield return store.Database.StringSetAsync(keys.Of(price.Asset), text, freshFor);
        }

        if (isNews)
        {
            yield return store.Connection.GetSubscriber().PublishAsync(keys.Updates, text);
        }

        if (price.Asset == Bitcoin)
        {
            var bitcoin = ToText(BtcPriceResponse.From(price, feed), now, null);
            if (!price.IsStale)
            {
                yield return store.Database.StringSetAsync(keys.Bitcoin, bitcoin, freshFor);
            }

            if (isNews)
            {
                yield return store.Connection.GetSubscriber().PublishAsync(keys.BitcoinUpdates, bitcoin);
            }
        }
    }

    private static string ToText<T>(T price, DateTimeOffset now, PriceBasis? basis)
    {
        var json = JsonSerializer.SerializeToNode(price, MarketJson.Options)!.AsObject();
        json["asOf"] = JsonSerializer.SerializeToNode(now, MarketJson.Options);
        if (basis is not null)
        {
            json["basis"] = JsonSerializer.SerializeToNode(basis, DomainJson.Options);
        }

        return json.ToJsonString(MarketJson.Options);
    }

    private static PriceBasis? ToBasis(RedisValue value)
    {
        if (value.IsNullOrEmpty)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse((string)value!)?["basis"].Deserialize<PriceBasis>(DomainJson.Options);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Written by somebody else, or by a build that knows more: the sources are asked instead.
            return null;
        }
    }

    private static bool IsAway(Exception exception) => exception is RedisException or TimeoutException or ObjectDisposedException;
}
