using System.Globalization;
using Microsoft.Data.Sqlite;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>The rows of table <c>whales</c>.</summary>
internal static class WhaleTable
{
    private const string Columns = """
        w.symbol, s.name, w.first_id, w.last_id, w.trade_time, w.scale, w.taker, w.quantity, w.quote_amount, w.first_price, w.last_price,
        w.levels, w.price_before, w.notional_usd, w.threshold, w.revised
        """;

    private const string Conditions = """
        FROM whales w JOIN symbols s ON s.number = w.symbol
        WHERE w.trade_time >= ?1 AND w.trade_time < ?2 AND w.notional >= ?3 AND (w.trade_time, w.symbol, w.first_id) < (?4, ?5, ?6)
        """;

    private const string OfAll = $"SELECT {Columns} {Conditions} ORDER BY w.trade_time DESC, w.symbol DESC, w.first_id DESC LIMIT ?7";

    private const string OfOne =
        $"SELECT {Columns} {Conditions} AND w.symbol = ?8 ORDER BY w.trade_time DESC, w.symbol DESC, w.first_id DESC LIMIT ?7";

    public static void Write(DatabaseSession session, SymbolSpec spec, IReadOnlyList<Sweep> sweeps)
    {
        if (sweeps.Count == 0)
        {
            return;
        }

        object symbol = session.NumberOf(spec.Symbol);
        object scale = StoredScale.Of(spec).Code;
        // Sweeps never share a trade, so whatever overlaps is an earlier report of the same one. No sweep is a million trades long, which bounds
        // the search on the primary key.
        var remove = session.Prepare("DELETE FROM whales WHERE symbol = ?1 AND first_id <= ?3 AND first_id > ?2 - 1000000 AND last_id >= ?2");
        var insert = session.Prepare("INSERT INTO whales VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)");
        foreach (var sweep in sweeps)
        {
            remove.Execute(symbol, sweep.FirstId, sweep.LastId);
            var usd = double.IsFinite(sweep.NotionalUsd) ? sweep.NotionalUsd : (double?)null;
            insert.Execute(
                symbol, sweep.FirstId, sweep.LastId, sweep.TradeTimeMicros, scale, (int)sweep.Taker,
                Int128Column.ToValue(sweep.Quantity), Int128Column.ToValue(sweep.QuoteAmount), sweep.FirstPrice, sweep.LastPrice,
                sweep.Levels, sweep.PriceBefore, usd, sweep.Threshold, sweep.Revised ? 1 : 0, usd ?? (double)spec.Quote(sweep.QuoteAmount));
        }
    }

    public static WhalePage Read(DatabaseSession session, WhaleQuery query)
    {
        var (time, symbol, firstId) = ParseCursor(query.Before);
        object? only = null;
        if (query.Symbol is { } wanted)
        {
            if (session.FindNumber(wanted) is not { } number)
            {
                return new WhalePage([], null);
            }

            only = number;
        }

        var from = query.From is { } since ? Micros.From(since) : long.MinValue;
        var to = query.To is { } until ? Micros.From(until) : long.MaxValue;
        var least = (double)(query.MinNotional ?? 0);
        using var reader = only is null
            ? session.Prepare(OfAll).Query(from, to, least, time, symbol, firstId, query.Limit + 1)
            : session.Prepare(OfOne).Query(from, to, least, time, symbol, firstId, query.Limit + 1, only);

        var views = new List<WhaleView>();
        string? next = null;
        var last = "";
        while (reader.Read())
        {
            if (views.Count == query.Limit)
            {
                next = last;
                break;
            }

            var (spec, sweep) = ReadSweep(reader);
            views.Add(WhaleView.From(spec, in sweep));
            last = string.Create(CultureInfo.InvariantCulture, $"{reader.GetInt64(4)}-{reader.GetInt64(0)}-{reader.GetInt64(2)}");
        }

        return new WhalePage(views, next);
    }

    /// <summary>Sweeps of one symbol behind an id, by id, each with the scale of its numbers.</summary>
    public static List<(SymbolSpec Spec, Sweep Sweep)> ReadSweeps(DatabaseSession session, Symbol symbol, long afterId, int limit)
    {
        var sweeps = new List<(SymbolSpec, Sweep)>();
        if (session.FindNumber(symbol) is { } number)
        {
            using var reader = session.Prepare(
                $"SELECT {Columns} FROM whales w JOIN symbols s ON s.number = w.symbol WHERE w.symbol = ?1 AND w.first_id > ?2 ORDER BY w.first_id LIMIT ?3").Query(number, afterId, limit);
            while (reader.Read())
            {
                sweeps.Add(ReadSweep(reader));
            }
        }

        return sweeps;
    }

    /// <summary>Removes at most <paramref name="limit"/> rows that are older than the newest one (or now) by more than the retention, or are too many.</summary>
    public static int Trim(DatabaseSession session, long nowMicros, long retentionMicros, int keep, int limit) => session.Execute(
        """
        DELETE FROM whales WHERE (symbol, first_id) IN (
            SELECT symbol, first_id FROM whales
            WHERE trade_time < (SELECT MIN(?1, MAX(trade_time)) FROM whales) - ?2
                OR (trade_time, symbol, first_id) <= (
                    SELECT trade_time, symbol, first_id FROM whales ORDER BY trade_time DESC, symbol DESC, first_id DESC LIMIT 1 OFFSET ?4)
            ORDER BY trade_time LIMIT ?3)
        """,
        nowMicros, retentionMicros, limit, keep);

    private static (SymbolSpec Spec, Sweep Sweep) ReadSweep(SqliteDataReader reader)
    {
        var scale = StoredScale.FromCode(reader.GetInt64(5));
        var spec = scale.SpecOf(new Symbol(reader.GetString(1)));
        return (spec, new Sweep
        {
            FirstId = reader.GetInt64(2),
            LastId = reader.GetInt64(3),
            TradeTimeMicros = reader.GetInt64(4),
            Taker = (TakerSide)reader.GetByte(6),
            Quantity = Int128Column.Read(reader, 7),
            QuoteAmount = Int128Column.Read(reader, 8),
            FirstPrice = reader.GetInt64(9),
            LastPrice = reader.GetInt64(10),
            Levels = reader.GetInt32(11),
            PriceBefore = reader.GetInt64(12),
            NotionalUsd = reader.IsDBNull(13) ? double.NaN : reader.GetDouble(13),
            Threshold = reader.GetDouble(14),
            Revised = reader.GetInt64(15) != 0,
        });
    }

    private static (long Time, long Symbol, long FirstId) ParseCursor(string? cursor)
    {
        if (cursor is null)
        {
            return (long.MaxValue, long.MaxValue, long.MaxValue);
        }

        var parts = cursor.Split('-');
        return parts.Length == 3
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var symbol)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var firstId)
                ? (time, symbol, firstId)
                : throw new FormatException("expected the cursor that an earlier page gave");
    }
}
