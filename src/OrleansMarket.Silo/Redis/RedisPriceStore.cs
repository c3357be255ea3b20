using System.Text.Json;
using OrleansMarket.Contracts.Serialization;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Silo.Redis;

/// <summary>Last known prices on the shared server, without expiry: a hash (<see cref="PriceKeys.Last"/>) with a field for each asset.</summary>
public sealed class RedisPriceStore(RedisStore store, PriceKeys keys) : IPriceStore
{
    // Two silos may believe for a moment that they ask for all: the newer price stays, whoever comes last.
    private const string SaveNewer = """
        local kept = redis.call('HGET', KEYS[1], ARGV[1])
        if kept and cjson.decode(kept).micros > tonumber(ARGV[2]) then return 0 end
        redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
        return 1
        """;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LastKnownPrice>> LoadAsync(CancellationToken cancellationToken)
    {
        var entries = await store.Database.HashGetAllAsync(keys.Last).WaitAsync(cancellationToken).ConfigureAwait(false);
        return [.. entries.Select(entry => JsonSerializer.Deserialize<Row>((string)entry.Value!, DomainJson.Options)!.ToPrice(entry.Name!)).OrderBy(price => price.Asset, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public Task SaveAsync(IReadOnlyCollection<LastKnownPrice> prices, CancellationToken cancellationToken) => Task.WhenAll(prices.Select(price =>
    {
        var row = new Row(price.Price, price.Time, Micros.From(price.Time), price.Source);
        return store.Database.ScriptEvaluateAsync(SaveNewer, [keys.Last], [price.Asset, row.Micros, JsonSerializer.Serialize(row, DomainJson.Options)]);
    })).WaitAsync(cancellationToken);

    private sealed record Row(decimal Price, DateTimeOffset Time, long Micros, string Source)
    {
        public LastKnownPrice ToPrice(string asset) => new(asset, Price, Time, Source);
    }
}
