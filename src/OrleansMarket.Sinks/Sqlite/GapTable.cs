using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>The rows of table <c>gaps</c>.</summary>
internal static class GapTable
{
    private const string Columns = "s.name, g.first_id, g.last_id, g.after_time, g.before_time, g.state, g.opened, g.closed, g.attempts, g.note";

    // States 0 and 1: open and given up.
    public static void Write(DatabaseSession session, Symbol symbol, IReadOnlyList<GapView>? open, IReadOnlyList<GapView> closed)
    {
        if (open is null && closed.Count == 0)
        {
            return;
        }

        object number = session.NumberOf(symbol);
        if (open is not null)
        {
            session.Execute("DELETE FROM gaps WHERE symbol = ?1 AND state < 2", number);
        }

        var insert = session.Prepare(
            """
            INSERT OR REPLACE INTO gaps (symbol, first_id, last_id, after_time, before_time, state, opened, closed, attempts, note)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """);
        foreach (var gap in closed.Concat(open ?? []))
        {
            insert.Execute(
                number, gap.FirstId, gap.LastId, Micros.From(gap.After), Micros.From(gap.Before), (int)gap.State, Micros.From(gap.Opened),
                gap.Closed is { } end ? Micros.From(end) : null, gap.Attempts, gap.Note);
        }
    }

    public static IReadOnlyList<GapView> Read(DatabaseSession session, Symbol? symbol, int limit)
    {
        var gaps = new List<GapView>();
        using var reader = symbol is { } only
            ? session.Prepare($"SELECT {Columns} FROM gaps g JOIN symbols s ON s.number = g.symbol WHERE s.name = ?1 ORDER BY g.opened DESC, g.number DESC LIMIT ?2")
                .Query(only.Value, limit)
            : session.Prepare($"SELECT {Columns} FROM gaps g JOIN symbols s ON s.number = g.symbol ORDER BY g.opened DESC, g.number DESC LIMIT ?1").Query(limit);
        while (reader.Read())
        {
            var ids = new IdRange(reader.GetInt64(1), reader.GetInt64(2));
            gaps.Add(new GapView(
                new Symbol(reader.GetString(0)), ids.First, ids.Last, ids.Count, Micros.ToInstant(reader.GetInt64(3)), Micros.ToInstant(reader.GetInt64(4)),
                (GapState)reader.GetByte(5), Micros.ToInstant(reader.GetInt64(6)), reader.IsDBNull(7) ? null : Micros.ToInstant(reader.GetInt64(7)),
                reader.GetInt32(8), reader.IsDBNull(9) ? null : reader.GetString(9)));
        }

        return gaps;
    }

    /// <summary>Removes at most <paramref name="limit"/> closed gaps that are older than the retention, or too many.</summary>
    public static int Trim(DatabaseSession session, long nowMicros, long retentionMicros, int keep, int limit) => session.Execute(
        """
        DELETE FROM gaps WHERE number IN (
            SELECT number FROM gaps
            WHERE state >= 2 AND (opened < ?1 - ?2 OR (opened, number) <= (SELECT opened, number FROM gaps ORDER BY opened DESC, number DESC LIMIT 1 OFFSET ?4))
            ORDER BY opened LIMIT ?3)
        """,
        nowMicros, retentionMicros, limit, keep);
}
