using System.Globalization;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;
using StackExchange.Redis;

namespace OrleansMarket.Silo.Redis;

/// <summary>Whale sweeps on the shared server: per symbol the rows by first id, and two orders, by id and by time. One writer per symbol.</summary>
public sealed class RedisWhaleStore(RedisStore store, IOptions<RetentionOptions> retention, TimeProvider clock) : IWhaleStore
{
    private const int Page = 200;

    // No sweep is a million trades long.
    private const long LongestSweep = 1_000_000;

    private RedisKey Symbols => store.Key("whales/symbols");

    /// <inheritdoc/>
    public async Task AppendAsync(SymbolSpec spec, IReadOnlyList<Sweep> sweeps, CancellationToken cancellationToken)
    {
        if (sweeps.Count == 0)
        {
            return;
        }

        var database = store.Database;
        var (rows, ids, times) = KeysOf(spec.Symbol);
        await database.SetAddAsync(Symbols, spec.Symbol.Value).WaitAsync(cancellationToken).ConfigureAwait(false);
        foreach (var sweep in sweeps)
        {
            // Sweeps never share a trade, so whatever overlaps is an earlier report of the same one.
            var near = await database.SortedSetRangeByScoreAsync(ids, sweep.FirstId - LongestSweep, sweep.LastId).WaitAsync(cancellationToken).ConfigureAwait(false);
            var known = near.Length == 0 ? [] : await database.HashGetAsync(rows, near).WaitAsync(cancellationToken).ConfigureAwait(false);
            var change = database.CreateTransaction();
            foreach (var (id, row) in near.Zip(known))
            {
                if (row.IsNull || StoredSweep.Read((byte[])row!, spec.Symbol).Sweep.LastId >= sweep.FirstId)
                {
                    _ = change.HashDeleteAsync(rows, id);
                    _ = change.SortedSetRemoveAsync(ids, id);
                    _ = change.SortedSetRemoveAsync(times, id);
                }
            }

            RedisValue first = sweep.FirstId;
            _ = change.HashSetAsync(rows, first, StoredSweep.Write(spec, sweep));
            _ = change.SortedSetAddAsync(ids, first, sweep.FirstId);
            _ = change.SortedSetAddAsync(times, first, sweep.TradeTimeMicros);
            await change.ExecuteAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        await TrimAsync(spec.Symbol, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<WhalePage> ReadAsync(WhaleQuery query, CancellationToken cancellationToken)
    {
        var before = ParseCursor(query.Before);
        var symbols = query.Symbol is { } only
            ? [only]
            : (await store.Database.SetMembersAsync(Symbols).WaitAsync(cancellationToken).ConfigureAwait(false)).Select(name => new Symbol((string)name!)).ToList();
        var found = await Task.WhenAll(symbols.Select(symbol => NewestAsync(symbol, query, before, cancellationToken))).ConfigureAwait(false);
        var merged = found.SelectMany(rows => rows).OrderByDescending(row => row.Position).Take(query.Limit + 1).ToList();
        var views = merged.Take(query.Limit).Select(row => WhaleView.From(row.Spec, row.Sweep)).ToList();
        return new WhalePage(views, merged.Count > views.Count ? merged[views.Count - 1].Position.ToString() : null);
    }

    private static Position? ParseCursor(string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        var parts = cursor.Split('-');
        return parts.Length == 3 && Symbol.IsPlausible(parts[1])
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var firstId)
                ? new Position(time, parts[1], firstId)
                : throw new FormatException("expected the cursor that an earlier page gave");
    }

    private async Task<List<Row>> NewestAsync(Symbol symbol, WhaleQuery query, Position? before, CancellationToken cancellationToken)
    {
        var (rows, _, times) = KeysOf(symbol);
        double from = query.From is { } since ? Micros.From(since) : double.NegativeInfinity;
        double to = query.To is { } until ? Micros.From(until) - 1 : double.PositiveInfinity;
        to = before is { } position ? Math.Min(to, position.Time) : to;
        List<Row> newest = [];
        for (var skip = 0; ; skip += Page)
        {
            var ids = await store.Database.SortedSetRangeByScoreAsync(times, from, to, order: Order.Descending, skip: skip, take: Page).WaitAsync(cancellationToken).ConfigureAwait(false);
            var values = ids.Length == 0 ? [] : await store.Database.HashGetAsync(rows, ids).WaitAsync(cancellationToken).ConfigureAwait(false);
            foreach (var value in values)
            {
                if (!value.IsNull && StoredSweep.Read((byte[])value!, symbol) is var (spec, sweep)
                    && new Position(sweep.TradeTimeMicros, symbol.Value, sweep.FirstId) is var place
                    && (before is not { } cursor || place.CompareTo(cursor) < 0)
                    && NotionalOf(spec, sweep) >= (double)(query.MinNotional ?? 0))
                {
                    newest.Add(new Row(place, spec, sweep));
                }
            }

            // Ids of one instant come in the order of their text, so the last instant is read to its end before the page is cut.
            if (ids.Length < Page || (newest.Count > query.Limit && newest[query.Limit].Position.Time > newest[^1].Position.Time))
            {
                return newest;
            }
        }
    }

    private async Task TrimAsync(Symbol symbol, CancellationToken cancellationToken)
    {
        var (rows, ids, times) = KeysOf(symbol);
        var newest = await store.Database.SortedSetRangeByRankWithScoresAsync(times, -1, -1).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (newest.Length == 0)
        {
            return;
        }

        var end = Math.Min(Micros.From(clock.GetUtcNow()), newest[0].Score) - Micros.From(retention.Value.Whales);
        var old = await store.Database.SortedSetRangeByScoreAsync(times, stop: end, exclude: Exclude.Stop, take: Page).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (old.Length > 0)
        {
            var change = store.Database.CreateTransaction();
            _ = change.HashDeleteAsync(rows, old);
            _ = change.SortedSetRemoveAsync(ids, old);
            _ = change.SortedSetRemoveAsync(times, old);
            await change.ExecuteAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static double NotionalOf(SymbolSpec spec, in Sweep sweep) => double.IsFinite(sweep.NotionalUsd) ? sweep.NotionalUsd : (double)spec.Quote(sweep.QuoteAmount);

    private (RedisKey Rows, RedisKey Ids, RedisKey Times) KeysOf(Symbol symbol) =>
        (store.Key(symbol.Value, "whales"), store.Key(symbol.Value, "whales/ids"), store.Key(symbol.Value, "whales/times"));

    private readonly record struct Row(Position Position, SymbolSpec Spec, Sweep Sweep);

    private readonly record struct Position(long Time, string Symbol, long FirstId) : IComparable<Position>
    {
        public int CompareTo(Position other) =>
            Time != other.Time ? Time.CompareTo(other.Time)
            : string.CompareOrdinal(Symbol, other.Symbol) is not 0 and var order ? order
            : FirstId.CompareTo(other.FirstId);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Time}-{Symbol}-{FirstId}");
    }
}
