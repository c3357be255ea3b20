using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;
using StackExchange.Redis;

namespace OrleansMarket.Silo.Redis;

/// <summary>Dead letters on the shared server, bounded by number, bytes and age; the oldest go first.</summary>
public sealed class RedisDeadLetterStore(RedisStore store, IOptions<RetentionOptions> retention, StorageInstruments metrics, TimeProvider clock) : IDeadLetterStore
{
    private const string Forget = """
        local function forget(id)
            local row = redis.call('HGET', KEYS[1], id)
            if not row then return 0 end
            redis.call('HDEL', KEYS[1], id)
            redis.call('ZREM', KEYS[2], id)
            redis.call('ZREM', KEYS[2] .. '/' .. string.byte(row, 2), id)
            redis.call('ZREM', KEYS[3], id)
            redis.call('DECRBY', KEYS[4], #row)
            return 1
        end
        """;

    private const string Append = Forget + """

        for i = 4, #ARGV, 2 do
            local id, row = redis.call('INCR', KEYS[5]), ARGV[i + 1]
            redis.call('HSET', KEYS[1], id, row)
            redis.call('ZADD', KEYS[2], id, id)
            redis.call('ZADD', KEYS[2] .. '/' .. string.byte(row, 2), id, id)
            redis.call('ZADD', KEYS[3], ARGV[i], id)
            redis.call('INCRBY', KEYS[4], #row)
        end
        local dropped = 0
        for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', '(' .. ARGV[3], 'LIMIT', 0, 1000)) do
            dropped = dropped + forget(id)
        end
        while redis.call('ZCARD', KEYS[2]) > tonumber(ARGV[1]) or tonumber(redis.call('GET', KEYS[4])) > tonumber(ARGV[2]) do
            dropped = dropped + forget(redis.call('ZRANGE', KEYS[2], 0, 0)[1])
        end
        return dropped
        """;

    private const string Remove = Forget + """

        local removed = 0
        for _, id in ipairs(ARGV) do removed = removed + forget(id) end
        return removed
        """;

    private const int Step = 1_000;

    private RedisKey[] Keys => [Key("rows"), Key("order"), Key("received"), Key("bytes"), Key("sequence")];

    /// <inheritdoc/>
    public async Task AppendAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
    {
        if (letters.Count == 0)
        {
            return;
        }

        var bounds = retention.Value;
        List<RedisValue> values = [bounds.MaxDeadLetters, bounds.MaxDeadLetterBytes, Micros.From(clock.GetUtcNow() - bounds.DeadLetters)];
        foreach (var letter in letters)
        {
            values.AddRange([letter.ReceivedTimeMicros, StoredLetter.Write(Cut(letter))]);
        }

        var dropped = await store.Database.ScriptEvaluateAsync(Append, Keys, [.. values]).WaitAsync(cancellationToken).ConfigureAwait(false);
        metrics.OnDeadLettersDropped((int)dropped);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DeadLetter>> ReadAsync(DeadLetterReason? reason, long? beforeId, int limit, CancellationToken cancellationToken)
    {
        double end = beforeId ?? double.PositiveInfinity;
        var ids = await store.Database.SortedSetRangeByScoreAsync(Order(reason), stop: end, exclude: Exclude.Stop, order: StackExchange.Redis.Order.Descending, take: limit)
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        if (ids.Length == 0)
        {
            return [];
        }

        var rows = await store.Database.HashGetAsync(Key("rows"), ids).WaitAsync(cancellationToken).ConfigureAwait(false);
        return [.. ids.Zip(rows).Where(pair => !pair.Second.IsNull).Select(pair => StoredLetter.Read((long)pair.First, (byte[])pair.Second!))];
    }

    /// <inheritdoc/>
    public async Task<DeadLetter?> FindAsync(long id, CancellationToken cancellationToken)
    {
        var row = await store.Database.HashGetAsync(Key("rows"), id).WaitAsync(cancellationToken).ConfigureAwait(false);
        return row.IsNull ? null : StoredLetter.Read(id, (byte[])row!);
    }

    /// <inheritdoc/>
    public async Task MarkAttemptAsync(long id, string error, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } letter)
        {
            return;
        }

        var (before, after) = (StoredLetter.Write(letter), StoredLetter.Write(letter with { Attempts = letter.Attempts + 1, Error = error }));
        var change = store.Database.CreateTransaction();
        change.AddCondition(Condition.HashExists(Key("rows"), id));
        _ = change.HashSetAsync(Key("rows"), id, after);
        _ = change.StringIncrementAsync(Key("bytes"), after.Length - before.Length);
        await change.ExecuteAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<int> RemoveAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) => ids.Count == 0
        ? 0
        : (int)await store.Database.ScriptEvaluateAsync(Remove, Keys, [.. ids.Select(id => (RedisValue)id)]).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<int> PurgeAsync(DeadLetterReason? reason, CancellationToken cancellationToken)
    {
        // In steps, so that other writes pass in between; letters that arrive meanwhile stay.
        var last = await store.Database.SortedSetRangeByRankAsync(Order(reason), -1, -1).WaitAsync(cancellationToken).ConfigureAwait(false);
        var removed = 0;
        while (last.Length > 0)
        {
            var ids = await store.Database.SortedSetRangeByScoreAsync(Order(reason), stop: (double)last[0], take: Step).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (ids.Length == 0)
            {
                break;
            }

            removed += (int)await store.Database.ScriptEvaluateAsync(Remove, Keys, ids).WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return removed;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<DeadLetterReason, long>> CountAsync(CancellationToken cancellationToken)
    {
        var counts = new Dictionary<DeadLetterReason, long>();
        foreach (var reason in Enum.GetValues<DeadLetterReason>())
        {
            if (await store.Database.SortedSetLengthAsync(Order(reason)).WaitAsync(cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                counts[reason] = count;
            }
        }

        return counts;
    }

    private static DeadLetter Cut(DeadLetter letter) => letter.Payload.Length <= DeadLetter.MaxPayloadBytes
        ? letter
        : letter with
        {
            Payload = letter.Payload[..DeadLetter.MaxPayloadBytes],
            Error = $"{letter.Error} (payload cut from {letter.Payload.Length} to {DeadLetter.MaxPayloadBytes} bytes)",
        };

    private RedisKey Order(DeadLetterReason? reason) => Key(reason is { } only ? $"order/{(byte)only}" : "order");

    private RedisKey Key(string name) => store.Key("dead-letters", name);
}
