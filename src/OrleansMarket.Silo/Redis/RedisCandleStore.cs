using System.Globalization;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;
using StackExchange.Redis;

namespace OrleansMarket.Silo.Redis;

/// <summary>
/// Candles on the shared server, exact: one hash per symbol, interval and UTC day (per year from one hour on), a field per window. A hash
/// goes as a whole when its newest window is older than the retention.
/// </summary>
public sealed class RedisCandleStore(RedisStore store, IOptions<RetentionOptions> retention, TimeProvider clock) : ICandleStore
{
    private const int Page = 1_000;

    // A later revision wins; within one revision a status that is not lower. Whoever takes over from a silo that was killed counts its revisions
    // anew from an older state, and who was overtaken may have counted further: what is complete (status 2) always wins over what is not, and more
    // trades over fewer. What the exchange's klines tell never replaces what trades prove. Bytes 2 to 6 are revision and status, byte 7 the flags:
    // 16 is from-exchange, 2 partial; the number of trades is the 14th number after byte 8.
    private const string Upsert = """
        local function trades(candle)
            local at = 9
            for _ = 1, 13 do
                while string.byte(candle, at) >= 128 do at = at + 1 end
                at = at + 1
            end
            local sum, unit = 0, 1
            while true do
                local byte = string.byte(candle, at)
                sum = sum + byte % 128 * unit
                if byte < 128 then return sum end
                at, unit = at + 1, unit * 128
            end
        end
        for i = 2, #ARGV, 2 do
            local old = redis.call('HGET', KEYS[1], ARGV[i])
            local new = ARGV[i + 1]
            local wins = true
            if old then
                local status, newStatus, flags, newFlags = string.byte(old, 6), string.byte(new, 6), string.byte(old, 7), string.byte(new, 7)
                local proven = status >= 2 and bit.band(flags, 18) == 0
                wins = (string.sub(new, 2, 6) >= string.sub(old, 2, 6) or newStatus >= 2 and (status < 2 or trades(new) > trades(old)))
                    and not (newStatus < 2 and status >= 2) and not (bit.band(newFlags, 16) ~= 0 and proven)
            end
            if wins then redis.call('HSET', KEYS[1], ARGV[i], new) end
        end
        redis.call('EXPIREAT', KEYS[1], ARGV[1])
        return 0
        """;

    private readonly RetentionOptions _retention = retention.Value;

    /// <inheritdoc/>
    public async Task AppendAsync(SymbolSpec spec, IReadOnlyList<Candle> candles, CancellationToken cancellationToken)
    {
        var database = store.Database;
        List<Task> writes = [];
        List<(CandleInterval Interval, Task<bool> IsNew)> parts = [];
        foreach (var part in candles.GroupBy(candle => (candle.Interval, Part: PartOf(candle.Interval, candle.OpenTimeMicros))))
        {
            foreach (var chunk in part.Chunk(Page))
            {
                RedisValue[] values = [ExpiryOf(part.Key.Interval, part.Key.Part), .. chunk.SelectMany(candle => new RedisValue[] { Field(candle.OpenTimeMicros), StoredCandle.Write(spec, candle) })];
                writes.Add(database.ScriptEvaluateAsync(Upsert, [HashOf(spec.Symbol, part.Key.Interval, part.Key.Part)], values));
            }

            parts.Add((part.Key.Interval, database.SortedSetAddAsync(PartsOf(spec.Symbol, part.Key.Interval), part.Key.Part, part.Key.Part)));
        }

        await Task.WhenAll([.. writes, .. parts.Select(part => part.IsNew)]).WaitAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (interval, isNew) in parts)
        {
            if (await isNew.ConfigureAwait(false))
            {
                await ForgetGonePartsAsync(spec.Symbol, interval, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Candle>> ReadAsync(
        SymbolSpec spec, CandleInterval interval, long fromMicros, long toMicros, int limit, CancellationToken cancellationToken)
    {
        var candles = new List<Candle>();
        var first = PartOf(interval, Math.Max(fromMicros, 0));
        foreach (var part in await PartsAsync(spec.Symbol, interval, first, toMicros, Order.Ascending, cancellationToken).ConfigureAwait(false))
        {
            var (start, end) = (Math.Max(Ceiling(interval, Math.Max(fromMicros, 0)), StartOf(interval, part)), Math.Min(toMicros, EndOf(interval, part)));
            for (; start < end && candles.Count < limit; start += Page * interval.LengthMicros)
            {
                candles.AddRange(await WindowsAsync(spec, interval, part, start, Math.Min(end, start + (Page * interval.LengthMicros)), cancellationToken).ConfigureAwait(false));
            }

            if (candles.Count >= limit)
            {
                return candles[..limit];
            }
        }

        return candles;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Candle>> ReadNewestAsync(SymbolSpec spec, CandleInterval interval, long toMicros, int limit, CancellationToken cancellationToken)
    {
        List<List<Candle>> pages = [];
        var count = 0;
        foreach (var part in await PartsAsync(spec.Symbol, interval, 0, toMicros, Order.Descending, cancellationToken).ConfigureAwait(false))
        {
            var (start, end) = (StartOf(interval, part), Math.Min(Ceiling(interval, Math.Min(toMicros, Micros.Latest)), EndOf(interval, part)));
            for (; end > start && count < limit; end -= Page * interval.LengthMicros)
            {
                var page = await WindowsAsync(spec, interval, part, Math.Max(start, end - (Page * interval.LengthMicros)), end, cancellationToken).ConfigureAwait(false);
                pages.Add(page);
                count += page.Count;
            }

            if (count >= limit)
            {
                break;
            }
        }

        pages.Reverse();
        return [.. pages.SelectMany(page => page).Skip(Math.Max(0, count - limit))];
    }

    private static bool IsByDay(CandleInterval interval) => interval.LengthMicros < Micros.PerHour;

    // A day as 20240808, a year as 2024.
    private static int PartOf(CandleInterval interval, long micros)
    {
        var time = Micros.ToInstant(micros);
        return IsByDay(interval) ? (time.Year * 10_000) + (time.Month * 100) + time.Day : time.Year;
    }

    private static long StartOf(CandleInterval interval, int part) => Micros.From(
        IsByDay(interval)
            ? new DateTimeOffset(part / 10_000, part / 100 % 100, part % 100, 0, 0, 0, TimeSpan.Zero)
            : new DateTimeOffset(part, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private static long EndOf(CandleInterval interval, int part)
    {
        var start = Micros.ToInstant(StartOf(interval, part));
        return Micros.From(IsByDay(interval) ? start.AddDays(1) : start.AddYears(1));
    }

    private static long Ceiling(CandleInterval interval, long micros)
    {
        var open = interval.OpenOf(micros);
        return open == micros ? open : open + interval.LengthMicros;
    }

    private static string Field(long openMicros) => (openMicros / Micros.PerSecond).ToString(CultureInfo.InvariantCulture);

    private RedisKey HashOf(Symbol symbol, CandleInterval interval, int part) => store.Key(symbol.Value, $"candles/{interval.Name}/{part}");

    private RedisKey PartsOf(Symbol symbol, CandleInterval interval) => store.Key(symbol.Value, $"candles/{interval.Name}");

    // A recording from last year is not swept away while it plays: its age counts from when it was written.
    private long ExpiryOf(CandleInterval interval, int part) =>
        (Math.Max(EndOf(interval, part), Micros.From(clock.GetUtcNow())) + Micros.From(_retention.For(interval))) / Micros.PerSecond;

    private async Task<IEnumerable<int>> PartsAsync(Symbol symbol, CandleInterval interval, int first, long toMicros, Order order, CancellationToken cancellationToken)
    {
        if (toMicros <= 0)
        {
            return [];
        }

        var last = PartOf(interval, Math.Min(toMicros, Micros.Latest) - 1);
        var parts = await store.Database.SortedSetRangeByScoreAsync(PartsOf(symbol, interval), first, last, order: order).WaitAsync(cancellationToken).ConfigureAwait(false);
        return parts.Select(part => (int)part);
    }

    /// <summary>Takes hashes that have gone out of the list of parts, or every reader of the newest candles would ask for each of them.</summary>
    private async Task ForgetGonePartsAsync(Symbol symbol, CandleInterval interval, CancellationToken cancellationToken)
    {
        var kept = Math.Max(0, Micros.From(clock.GetUtcNow()) - Micros.From(_retention.For(interval)));
        foreach (var part in await PartsAsync(symbol, interval, 0, StartOf(interval, PartOf(interval, kept)), Order.Ascending, cancellationToken).ConfigureAwait(false))
        {
            if (!await store.Database.KeyExistsAsync(HashOf(symbol, interval, part)).WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                await store.Database.SortedSetRemoveAsync(PartsOf(symbol, interval), part).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<List<Candle>> WindowsAsync(SymbolSpec spec, CandleInterval interval, int part, long fromMicros, long toMicros, CancellationToken cancellationToken)
    {
        List<RedisValue> fields = [];
        for (var open = fromMicros; open < toMicros; open += interval.LengthMicros)
        {
            fields.Add(Field(open));
        }

        var values = await store.Database.HashGetAsync(HashOf(spec.Symbol, interval, part), [.. fields]).WaitAsync(cancellationToken).ConfigureAwait(false);
        return [.. values.Where(value => !value.IsNull).Select(value => StoredCandle.Read((byte[])value!, spec, interval))];
    }
}
