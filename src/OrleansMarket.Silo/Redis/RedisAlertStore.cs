using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Trades;
using StackExchange.Redis;

namespace OrleansMarket.Silo.Redis;

/// <summary>
/// Alert log, outbox, silences and rules on the shared server. What is written together changes together: one script puts records and entries
/// in place, their order and what waits.
/// </summary>
/// <param name="store">The server.</param>
/// <param name="term">The term of whoever tells alerts by this store, or <see langword="null"/> for everybody else.</param>
public sealed class RedisAlertStore(RedisStore store, long? term = null) : IAlertStore
{
    private const int Page = 100;

    private const string Put = """
        local prefix, term, keep, records = ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1', tonumber(ARGV[4])
        local at = 5
        if term and term < tonumber(redis.call('GET', prefix .. 'term') or '0') then return 0 end
        for i = 1, records do
            local id, key, start, stage, json = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
            at = at + 5
            local known = redis.call('HEXISTS', prefix .. 'records', id) == 1
            if not (known and keep) then
                redis.call('HSET', prefix .. 'records', id, json)
                if not known then
                    redis.call('ZADD', prefix .. 'of/' .. key, redis.call('INCR', prefix .. 'sequence'), id)
                    redis.call('ZADD', prefix .. 'index', start, key)
                end
                local place = redis.call('ZSCORE', prefix .. 'of/' .. key, id)
                redis.call('ZREM', prefix .. 'new', id)
                redis.call('ZREM', prefix .. 'waiting', id)
                if stage ~= '' then redis.call('ZADD', prefix .. stage, place, id) end
            end
        end
        while at <= #ARGV do
            local message, channel, ended, created, json = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
            at = at + 5
            local field = message .. '\n' .. channel
            if redis.call('HSETNX', prefix .. 'outbox', field, json) == 1 then
                local place = redis.call('INCR', prefix .. 'sequence')
                redis.call('ZADD', prefix .. 'outbox/order', place, field)
                redis.call('ZADD', prefix .. 'outbox/of/' .. message, place, field)
                redis.call('ZADD', prefix .. 'outbox/created', created, field)
            end
            redis.call('HSET', prefix .. 'outbox', field, json)
            if ended ~= '' then
                redis.call('ZREM', prefix .. 'outbox/open/' .. channel, field)
                redis.call('ZADD', prefix .. 'outbox/ended', ended, field)
            else
                redis.call('ZREM', prefix .. 'outbox/ended', field)
                redis.call('ZADD', prefix .. 'outbox/open/' .. channel, redis.call('ZSCORE', prefix .. 'outbox/order', field), field)
            end
        end
        return 1
        """;

    /// <inheritdoc/>
    public async Task<IAlertStore> BeginTermAsync(CancellationToken cancellationToken) =>
        new RedisAlertStore(store, await store.Database.StringIncrementAsync(Key("term")).WaitAsync(cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public Task AppendAsync(IReadOnlyList<AlertTransition> transitions, DateTimeOffset now, CancellationToken cancellationToken) => transitions.Count == 0
        ? Task.CompletedTask
        : PutAsync([.. transitions.Select(transition => new AlertRecord { Transition = transition, AcceptedTime = now, Delivery = AlertDelivery.New })], [], keep: true, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AlertRecord>> ReadNewAsync(int limit, CancellationToken cancellationToken) =>
        await FindAsync(await store.Database.SortedSetRangeByRankAsync(Key("new"), 0, limit - 1).WaitAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task CommitAsync(AlertCommit commit, CancellationToken cancellationToken) =>
        commit.IsEmpty ? Task.CompletedTask : PutAsync(commit.Records, commit.Entries, keep: false, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertRecord>> ReadAlertAsync(AlertKey key, CancellationToken cancellationToken) => ReadAlertAsync(key.ToString(), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AlertRecord>> FindRecordsAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        await FindAsync([.. ids.Select(id => (RedisValue)id)], cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AlertRecord>> ReadWaitingAsync(CancellationToken cancellationToken) =>
        await FindAsync(await store.Database.SortedSetRangeByRankAsync(Key("waiting")).WaitAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<AlertPage> ReadAlertsAsync(AlertQuery query, CancellationToken cancellationToken)
    {
        var cursor = AlertKey.TryParse(query.Before, out var last) ? query.Before : null;
        double end = cursor is null ? double.PositiveInfinity : last.StartMicros;
        List<AlertView> views = [];
        for (var skip = 0; ; skip += Page)
        {
            var keys = await store.Database.SortedSetRangeByScoreAsync(Key("index"), stop: end, order: Order.Descending, skip: skip, take: Page).WaitAsync(cancellationToken).ConfigureAwait(false);
            foreach (string key in keys.Select(key => (string)key!))
            {
                if (!AlertKey.TryParse(key, out var parsed)
                    || (cursor is not null && parsed.StartMicros == (long)end && string.CompareOrdinal(key, cursor) >= 0)
                    || (query.Symbol is { } symbol && parsed.Symbol != symbol)
                    || (query.RuleId is { } rule && parsed.RuleId != rule))
                {
                    continue;
                }

                var records = await ReadAlertAsync(key, cancellationToken).ConfigureAwait(false);
                if (records.Count == 0 || AlertViews.From(records) is not { } view || (query.State is { } state && view.State != state))
                {
                    continue;
                }

                if (views.Count == query.Limit)
                {
                    return new AlertPage(views, views[^1].Key);
                }

                views.Add(view);
            }

            if (keys.Length < Page)
            {
                return new AlertPage(views, null);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxMessage>> ReadMessagesAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var fields = await store.Database.SortedSetRangeByScoreAsync(Key("outbox/created"), Micros.From(since)).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (fields.Length == 0)
        {
            return [];
        }

        var places = await store.Database.SortedSetScoresAsync(Key("outbox/order"), fields).WaitAsync(cancellationToken).ConfigureAwait(false);
        var ordered = fields.Zip(places).OrderBy(pair => pair.Second).Select(pair => pair.First).ToArray();
        return [.. (await EntriesAsync(ordered, cancellationToken).ConfigureAwait(false)).Select(entry => entry.Message).Where(message => message.CreatedTime >= since).DistinctBy(message => message.Id)];
    }

    /// <inheritdoc/>
    public async Task<OutboxEntry?> ReadNextAsync(string channel, CancellationToken cancellationToken)
    {
        var fields = await store.Database.SortedSetRangeByRankAsync(Key("outbox/open/" + channel), 0, 0).WaitAsync(cancellationToken).ConfigureAwait(false);
        return (await EntriesAsync(fields, cancellationToken).ConfigureAwait(false)).FirstOrDefault();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutboxEntry>> ReadEntriesAsync(string messageId, CancellationToken cancellationToken) =>
        await EntriesAsync(await store.Database.SortedSetRangeByRankAsync(Key("outbox/of/" + messageId)).WaitAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<int> CountQueuedAsync(string channel, CancellationToken cancellationToken) =>
        (int)await store.Database.SortedSetLengthAsync(Key("outbox/open/" + channel)).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task TrimAsync(DateTimeOffset olderThan, int keep, CancellationToken cancellationToken)
    {
        // An alert is taken into the log after it began, so what began later cannot have ended before.
        var keys = await store.Database.SortedSetRangeByScoreAsync(Key("index"), stop: Micros.From(olderThan)).WaitAsync(cancellationToken).ConfigureAwait(false);
        var surplus = (await store.Database.SortedSetRangeByRankAsync(Key("index"), 0, -keep - 1).WaitAsync(cancellationToken).ConfigureAwait(false)).ToHashSet();
        foreach (var place in keys.Union(surplus))
        {
            var key = (string)place!;
            var records = await ReadAlertAsync(key, cancellationToken).ConfigureAwait(false);
            if (records.All(record => record.IsEnded && (surplus.Contains(place) || record.AcceptedTime < olderThan)))
            {
                var change = store.Database.CreateTransaction();
                _ = change.HashDeleteAsync(Key("records"), [.. records.Select(record => (RedisValue)record.Id)]);
                _ = change.KeyDeleteAsync(Key("of/" + key));
                _ = change.SortedSetRemoveAsync(Key("index"), key);
                await change.ExecuteAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        var fields = await store.Database.SortedSetRangeByScoreAsync(Key("outbox/ended"), stop: Micros.From(olderThan), exclude: Exclude.Stop).WaitAsync(cancellationToken).ConfigureAwait(false);
        var old = await store.Database.SortedSetRangeByRankAsync(Key("outbox/order"), 0, -keep - 1).WaitAsync(cancellationToken).ConfigureAwait(false);
        foreach (var entry in (await EntriesAsync([.. fields.Union(old)], cancellationToken).ConfigureAwait(false)).Where(entry => entry.IsEnded))
        {
            RedisValue field = entry.Message.Id + "\n" + entry.Channel;
            var change = store.Database.CreateTransaction();
            _ = change.HashDeleteAsync(Key("outbox"), field);
            foreach (var order in (string[])["outbox/order", "outbox/created", "outbox/ended", "outbox/of/" + entry.Message.Id])
            {
                _ = change.SortedSetRemoveAsync(Key(order), field);
            }

            await change.ExecuteAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AlertSilence>> ReadSilencesAsync(CancellationToken cancellationToken)
    {
        var ids = await store.Database.SortedSetRangeByRankAsync(Key("silences/order")).WaitAsync(cancellationToken).ConfigureAwait(false);
        return await ReadAsync<AlertSilence>("silences", ids, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task PutSilenceAsync(AlertSilence silence, CancellationToken cancellationToken)
    {
        var place = await store.Database.StringIncrementAsync(Key("sequence")).WaitAsync(cancellationToken).ConfigureAwait(false);
        var change = store.Database.CreateTransaction();
        _ = change.HashSetAsync(Key("silences"), silence.Id, AlertJson.Write(silence));
        _ = change.SortedSetAddAsync(Key("silences/order"), silence.Id, place, SortedSetWhen.NotExists);
        await change.ExecuteAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveSilenceAsync(string id, CancellationToken cancellationToken)
    {
        var change = store.Database.CreateTransaction();
        var removed = change.HashDeleteAsync(Key("silences"), id);
        _ = change.SortedSetRemoveAsync(Key("silences/order"), id);
        await change.ExecuteAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return await removed.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AlertRule>?> ReadRulesAsync(CancellationToken cancellationToken)
    {
        if (!await store.Database.KeyExistsAsync(Key("rules/stored")).WaitAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var rules = await store.Database.HashGetAllAsync(Key("rules")).WaitAsync(cancellationToken).ConfigureAwait(false);
        return [.. rules.Select(rule => AlertJson.Read<AlertRule>(rule.Value!)).OrderBy(rule => rule.Id, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task PutRulesAsync(IReadOnlyList<AlertRule> rules, CancellationToken cancellationToken)
    {
        var versions = await VersionsAsync(cancellationToken).ConfigureAwait(false);
        var change = store.Database.CreateTransaction();
        _ = change.StringSetAsync(Key("rules/stored"), "yes");
        foreach (var rule in rules)
        {
            _ = change.HashSetAsync(Key("rules"), rule.Id, AlertJson.Write(rule));
            _ = change.HashSetAsync(Key("rules/versions"), rule.Id, Math.Max(rule.Version, versions.GetValueOrDefault(rule.Id)));
        }

        await change.ExecuteAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<int?> RemoveRuleAsync(string id, CancellationToken cancellationToken)
    {
        var rule = await store.Database.HashGetAsync(Key("rules"), id).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (rule.IsNull || !await store.Database.HashDeleteAsync(Key("rules"), id).WaitAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        return AlertJson.Read<AlertRule>(rule!).Version;
    }

    /// <inheritdoc/>
    public async Task<int> ReadLastVersionAsync(string id, CancellationToken cancellationToken) =>
        (int?)await store.Database.HashGetAsync(Key("rules/versions"), id).WaitAsync(cancellationToken).ConfigureAwait(false) ?? 0;

    private static string StageOf(AlertRecord record) => record.Delivery == AlertDelivery.New ? "new" : record.IsWaiting ? "waiting" : "";

    private static RedisValue EndOf(OutboxEntry entry) => entry.IsEnded ? Micros.From(entry.DeliveredTime ?? entry.NextAttemptTime) : "";

    private RedisKey Key(string name) => store.Key("alerts", name);

    private async Task PutAsync(IReadOnlyList<AlertRecord> records, IReadOnlyList<OutboxEntry> entries, bool keep, CancellationToken cancellationToken)
    {
        List<RedisValue> values = [(string)Key("")!, term is { } mine ? mine : "", keep ? 1 : 0, records.Count];
        foreach (var record in records)
        {
            var key = record.Transition.Key;
            values.AddRange([record.Id, key.ToString(), key.StartMicros, StageOf(record), AlertJson.Write(record)]);
        }

        foreach (var entry in entries)
        {
            values.AddRange([entry.Message.Id, entry.Channel, EndOf(entry), Micros.From(entry.Message.CreatedTime), AlertJson.Write(entry)]);
        }

        var written = await store.Database.ScriptEvaluateAsync(Put, [Key("records")], [.. values]).WaitAsync(cancellationToken).ConfigureAwait(false);
        if ((int)written == 0)
        {
            throw new AlertTermEndedException();
        }
    }

    private async Task<IReadOnlyList<AlertRecord>> ReadAlertAsync(string key, CancellationToken cancellationToken) =>
        await FindAsync(await store.Database.SortedSetRangeByRankAsync(Key("of/" + key)).WaitAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private Task<List<AlertRecord>> FindAsync(RedisValue[] ids, CancellationToken cancellationToken) => ReadAsync<AlertRecord>("records", ids, cancellationToken);

    private Task<List<OutboxEntry>> EntriesAsync(RedisValue[] fields, CancellationToken cancellationToken) => ReadAsync<OutboxEntry>("outbox", fields, cancellationToken);

    private async Task<List<T>> ReadAsync<T>(string name, RedisValue[] fields, CancellationToken cancellationToken)
    {
        if (fields.Length == 0)
        {
            return [];
        }

        var values = await store.Database.HashGetAsync(Key(name), fields).WaitAsync(cancellationToken).ConfigureAwait(false);
        return [.. values.Where(value => !value.IsNull).Select(value => AlertJson.Read<T>(value!))];
    }

    private async Task<Dictionary<string, int>> VersionsAsync(CancellationToken cancellationToken)
    {
        var versions = await store.Database.HashGetAllAsync(Key("rules/versions")).WaitAsync(cancellationToken).ConfigureAwait(false);
        return versions.ToDictionary(version => (string)version.Name!, version => (int)version.Value, StringComparer.Ordinal);
    }
}
