using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;
using StackExchange.Redis;

namespace OrleansMarket.Silo.Redis;

/// <summary>Gaps on the shared server: per symbol what is open, replaced as a whole, and what was closed, by the time it was noticed.</summary>
public sealed class RedisGapStore(RedisStore store, IOptions<RetentionOptions> retention, TimeProvider clock) : IGapStore
{
    private RedisKey Symbols => store.Key("gaps/symbols");

    /// <inheritdoc/>
    public async Task SaveAsync(Symbol symbol, IReadOnlyList<GapView> open, IReadOnlyList<GapView> closed, CancellationToken cancellationToken)
    {
        var (openKey, closedKey) = KeysOf(symbol);
        await store.Database.SetAddAsync(Symbols, symbol.Value).WaitAsync(cancellationToken).ConfigureAwait(false);
        var change = store.Database.CreateTransaction();
        _ = change.StringSetAsync(openKey, AlertJson.Write(open));
        foreach (var gap in closed)
        {
            _ = change.SortedSetAddAsync(closedKey, AlertJson.Write(gap), Micros.From(gap.Opened));
        }

        _ = change.SortedSetRemoveRangeByScoreAsync(
            closedKey, double.NegativeInfinity, Micros.From(clock.GetUtcNow()) - Micros.From(retention.Value.Gaps), Exclude.Stop);
        await change.ExecuteAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<GapView>> ReadAsync(Symbol? symbol, int limit, CancellationToken cancellationToken)
    {
        var symbols = symbol is { } only
            ? [only]
            : (await store.Database.SetMembersAsync(Symbols).WaitAsync(cancellationToken).ConfigureAwait(false)).Select(name => new Symbol((string)name!)).ToList();
        var found = await Task.WhenAll(symbols.Select(one => NewestAsync(one, limit, cancellationToken))).ConfigureAwait(false);
        return [.. found.SelectMany(gaps => gaps).OrderByDescending(gap => gap.Opened).Take(limit)];
    }

    private async Task<List<GapView>> NewestAsync(Symbol symbol, int limit, CancellationToken cancellationToken)
    {
        var (openKey, closedKey) = KeysOf(symbol);
        var open = await store.Database.StringGetAsync(openKey).WaitAsync(cancellationToken).ConfigureAwait(false);
        var closed = await store.Database.SortedSetRangeByRankAsync(closedKey, -limit, -1, Order.Ascending).WaitAsync(cancellationToken).ConfigureAwait(false);
        var gaps = open.IsNull ? [] : AlertJson.Read<List<GapView>>(open!);
        gaps.AddRange(closed.Select(gap => AlertJson.Read<GapView>(gap!)));
        return gaps;
    }

    private (RedisKey Open, RedisKey Closed) KeysOf(Symbol symbol) => (store.Key(symbol.Value, "gaps/open"), store.Key(symbol.Value, "gaps/closed"));
}
