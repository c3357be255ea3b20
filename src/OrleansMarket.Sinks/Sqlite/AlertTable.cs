using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>The rows of tables <c>alert_records</c> and <c>alerts</c>: the second has one row per alert, kept for searching.</summary>
internal static class AlertTable
{
    private const string Trimmed = """
        SELECT key FROM alerts
        WHERE ended = 1 AND (changed < ?1 OR (start, key) <= (SELECT start, key FROM alerts ORDER BY start DESC, key DESC LIMIT 1 OFFSET ?3))
        ORDER BY start, key LIMIT ?2
        """;

    private const int Ended = 3;

    /// <summary>Takes transitions in as new; one whose id is known already stays as it is.</summary>
    public static void AddNew(DatabaseSession session, IReadOnlyList<AlertTransition> transitions, DateTimeOffset now) => Write(
        session,
        [.. transitions.Select(transition => new AlertRecord { Transition = transition, AcceptedTime = now, Delivery = AlertDelivery.New })],
        "INSERT INTO alert_records (id, alert, stage, accepted, record) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO NOTHING");

    /// <summary>The oldest new records.</summary>
    public static List<AlertRecord> ReadNew(DatabaseSession session, int limit) =>
        Read(session.Prepare("SELECT record FROM alert_records WHERE stage = 0 ORDER BY number LIMIT ?1").Query(limit));

    /// <summary>Takes records in; one whose id is known already is replaced and keeps its place.</summary>
    public static void Put(DatabaseSession session, IReadOnlyList<AlertRecord> records) => Write(
        session,
        records,
        """
        INSERT INTO alert_records (id, alert, stage, accepted, record) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (id) DO UPDATE SET stage = excluded.stage, accepted = excluded.accepted, record = excluded.record
        """);

    public static List<AlertRecord> ReadAlert(DatabaseSession session, string key) =>
        Read(session.Prepare("SELECT record FROM alert_records WHERE alert = ?1 ORDER BY number").Query(key));

    public static List<AlertRecord> Find(DatabaseSession session, IReadOnlyList<string> ids)
    {
        var records = new List<AlertRecord>(ids.Count);
        foreach (var id in ids)
        {
            if (session.Scalar("SELECT record FROM alert_records WHERE id = ?1", id) is string json)
            {
                records.Add(AlertJson.Read<AlertRecord>(json));
            }
        }

        return records;
    }

    public static List<AlertRecord> ReadWaiting(DatabaseSession session) =>
        Read(session.Prepare("SELECT record FROM alert_records WHERE stage = 1 ORDER BY number").Query());

    public static AlertPage ReadPage(DatabaseSession session, AlertQuery query)
    {
        var (beforeStart, beforeKey) = query.Before is { } cursor && AlertKey.TryParse(cursor, out var before) ? (before.StartMicros, cursor) : (long.MaxValue, "");
        var keys = new List<string>();
        using (var reader = session.Prepare(
            """
            SELECT key FROM alerts
            WHERE (start, key) < (?1, ?2) AND (?3 IS NULL OR symbol = ?3) AND (?4 IS NULL OR state = ?4) AND (?5 IS NULL OR rule = ?5)
            ORDER BY start DESC, key DESC LIMIT ?6
            """).Query(beforeStart, beforeKey, query.Symbol?.Value, query.State is { } state ? (int)state : null, query.RuleId, query.Limit + 1))
        {
            while (reader.Read())
            {
                keys.Add(reader.GetString(0));
            }
        }

        var views = keys.Take(query.Limit).Select(key => AlertViews.From(ReadAlert(session, key))).ToList();
        return new AlertPage(views, keys.Count > views.Count ? views[^1].Key : null);
    }

    /// <summary>Removes at most <paramref name="limit"/> alerts that have ended and last changed before an instant, or are not among the newest.</summary>
    public static int Trim(DatabaseSession session, long olderThanMicros, int keep, int limit)
    {
        session.Execute($"DELETE FROM alert_records WHERE alert IN ({Trimmed})", olderThanMicros, limit, keep);
        return session.Execute($"DELETE FROM alerts WHERE key IN ({Trimmed})", olderThanMicros, limit, keep);
    }

    private static void Write(DatabaseSession session, IReadOnlyList<AlertRecord> records, string sql)
    {
        if (records.Count == 0)
        {
            return;
        }

        var touched = new Dictionary<string, AlertKey>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            var key = record.Transition.Key.ToString();
            touched[key] = record.Transition.Key;
            session.Execute(sql, record.Id, key, StageOf(record.Delivery), Micros.From(record.AcceptedTime), AlertJson.Write(record));
        }

        foreach (var (text, key) in touched)
        {
            var all = ReadAlert(session, text);
            var view = AlertViews.From(all);
            session.Execute(
                "INSERT OR REPLACE INTO alerts (key, start, symbol, rule, state, ended, changed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                text, key.StartMicros, key.Symbol.ToString(), key.RuleId, (int)view.State,
                all.TrueForAll(record => StageOf(record.Delivery) == Ended) ? 1 : 0, all.Max(record => Micros.From(record.AcceptedTime)));
        }
    }

    // What the queries tell apart; the record itself says more.
    private static int StageOf(AlertDelivery delivery) => delivery switch
    {
        AlertDelivery.New => 0,
        AlertDelivery.Grouping or AlertDelivery.Digesting or AlertDelivery.Silenced => 1,
        AlertDelivery.Queued => 2,
        _ => Ended,
    };

    private static List<AlertRecord> Read(Microsoft.Data.Sqlite.SqliteDataReader reader)
    {
        using (reader)
        {
            var records = new List<AlertRecord>();
            while (reader.Read())
            {
                records.Add(AlertJson.Read<AlertRecord>(reader.GetString(0)));
            }

            return records;
        }
    }
}
