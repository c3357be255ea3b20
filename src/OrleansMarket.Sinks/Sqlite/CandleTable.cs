using Microsoft.Data.Sqlite;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>The rows of table <c>candles</c>.</summary>
internal static class CandleTable
{
    // A later revision wins; within one revision a status that is not lower. Whoever takes over from a process that was killed counts its revisions anew
    // from an older state: what is complete (status 2) always wins over what is not, and more trades over fewer. What the exchange's klines tell never
    // replaces what trades prove: flag 16 is from-exchange, flag 2 partial.
    private const string Upsert = """
        INSERT INTO candles VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
        ON CONFLICT (symbol, interval, open_time) DO UPDATE SET
            scale = excluded.scale, open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
            volume = excluded.volume, quote_volume = excluded.quote_volume,
            taker_buy_volume = excluded.taker_buy_volume, taker_buy_quote_volume = excluded.taker_buy_quote_volume,
            trade_count = excluded.trade_count, first_id = excluded.first_id, last_id = excluded.last_id, missing_ids = excluded.missing_ids,
            revision = excluded.revision, status = excluded.status, flags = excluded.flags
        WHERE ((excluded.revision, excluded.status) >= (revision, status)
                OR (excluded.status >= 2 AND (status < 2 OR excluded.trade_count > trade_count)))
            AND NOT (excluded.status < 2 AND status >= 2)
            AND NOT (excluded.flags & 16 = 16 AND flags & 18 = 0 AND status >= 2)
        """;

    private const string Columns = """
        open_time, scale, open, high, low, close, volume, quote_volume, taker_buy_volume, taker_buy_quote_volume,
        trade_count, first_id, last_id, missing_ids, revision, status, flags
        """;

    private const string Range =
        $"SELECT {Columns} FROM candles WHERE symbol = ?1 AND interval = ?2 AND open_time >= ?3 AND open_time < ?4 ORDER BY open_time LIMIT ?5";

    private const string Newest =
        $"SELECT {Columns} FROM candles WHERE symbol = ?1 AND interval = ?2 AND open_time < ?3 ORDER BY open_time DESC LIMIT ?4";

    public static void Write(DatabaseSession session, SymbolSpec spec, IReadOnlyList<Candle> candles)
    {
        if (candles.Count == 0)
        {
            return;
        }

        object symbol = session.NumberOf(spec.Symbol);
        object scale = StoredScale.Of(spec).Code;
        var statement = session.Prepare(Upsert);
        foreach (var candle in candles)
        {
            statement.Execute(
                symbol, Seconds(candle.Interval), candle.OpenTimeMicros, scale, candle.Open, candle.High, candle.Low, candle.Close,
                Int128Column.ToValue(candle.Volume), Int128Column.ToValue(candle.QuoteVolume),
                Int128Column.ToValue(candle.TakerBuyVolume), Int128Column.ToValue(candle.TakerBuyQuoteVolume),
                candle.TradeCount, candle.FirstId, candle.LastId, candle.MissingIds, candle.Revision, (int)candle.Status, (int)candle.Flags);
        }
    }

    public static IReadOnlyList<Candle> Read(DatabaseSession session, SymbolSpec spec, CandleInterval interval, long fromMicros, long toMicros, int limit)
    {
        if (session.FindNumber(spec.Symbol) is not { } symbol)
        {
            return [];
        }

        using var reader = session.Prepare(Range).Query(symbol, Seconds(interval), fromMicros, toMicros, limit);
        return ReadRows(reader, spec, interval);
    }

    public static IReadOnlyList<Candle> ReadNewest(DatabaseSession session, SymbolSpec spec, CandleInterval interval, long toMicros, int limit)
    {
        if (session.FindNumber(spec.Symbol) is not { } symbol)
        {
            return [];
        }

        using var reader = session.Prepare(Newest).Query(symbol, Seconds(interval), toMicros, limit);
        var candles = ReadRows(reader, spec, interval);
        candles.Reverse();
        return candles;
    }

    /// <summary>Every kept series, as (symbol number, interval in seconds).</summary>
    public static List<(long Symbol, long Seconds)> ReadSeries(DatabaseSession session)
    {
        var series = new List<(long, long)>();
        using var reader = session.Prepare(
            """
            WITH RECURSIVE series(symbol, interval) AS (
                SELECT * FROM (SELECT symbol, interval FROM candles ORDER BY symbol, interval LIMIT 1)
                UNION ALL
                SELECT (SELECT symbol FROM candles WHERE (symbol, interval) > (series.symbol, series.interval) ORDER BY symbol, interval LIMIT 1),
                       (SELECT interval FROM candles WHERE (symbol, interval) > (series.symbol, series.interval) ORDER BY symbol, interval LIMIT 1)
                FROM series WHERE series.symbol IS NOT NULL)
            SELECT symbol, interval FROM series WHERE symbol IS NOT NULL
            """).Query();
        while (reader.Read())
        {
            series.Add((reader.GetInt64(0), reader.GetInt64(1)));
        }

        return series;
    }

    /// <summary>Removes at most <paramref name="limit"/> rows of a series that are older than its newest one (or now) by more than the retention.</summary>
    public static int Trim(DatabaseSession session, long symbol, long seconds, long nowMicros, long retentionMicros, int limit) => session.Execute(
        """
        DELETE FROM candles WHERE symbol = ?1 AND interval = ?2
            AND open_time < (SELECT MIN(?3, MAX(open_time)) FROM candles WHERE symbol = ?1 AND interval = ?2) - ?4
            AND open_time <= (SELECT MAX(open_time) FROM (
                SELECT open_time FROM candles WHERE symbol = ?1 AND interval = ?2 ORDER BY open_time LIMIT ?5))
        """,
        symbol, seconds, nowMicros, retentionMicros, limit);

    private static object Seconds(CandleInterval interval) => interval.LengthMicros / Micros.PerSecond;

    private static List<Candle> ReadRows(SqliteDataReader reader, SymbolSpec spec, CandleInterval interval)
    {
        var candles = new List<Candle>();
        while (reader.Read())
        {
            var scale = StoredScale.FromCode(reader.GetInt64(1));
            candles.Add(new Candle
            {
                Interval = interval,
                OpenTimeMicros = reader.GetInt64(0),
                Open = scale.Price(reader.GetInt64(2), spec),
                High = scale.Price(reader.GetInt64(3), spec),
                Low = scale.Price(reader.GetInt64(4), spec),
                Close = scale.Price(reader.GetInt64(5), spec),
                Volume = scale.Quantity(Int128Column.Read(reader, 6), spec),
                QuoteVolume = scale.Quote(Int128Column.Read(reader, 7), spec),
                TakerBuyVolume = scale.Quantity(Int128Column.Read(reader, 8), spec),
                TakerBuyQuoteVolume = scale.Quote(Int128Column.Read(reader, 9), spec),
                TradeCount = reader.GetInt64(10),
                FirstId = reader.GetInt64(11),
                LastId = reader.GetInt64(12),
                MissingIds = reader.GetInt64(13),
                Revision = reader.GetInt32(14),
                Status = (CandleStatus)reader.GetByte(15),
                Flags = (CandleFlags)reader.GetByte(16),
            });
        }

        return candles;
    }
}
