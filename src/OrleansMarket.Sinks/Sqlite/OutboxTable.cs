using Microsoft.Data.Sqlite;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>The rows of table <c>outbox</c>.</summary>
internal static class OutboxTable
{
    public static void Put(DatabaseSession session, IReadOnlyList<OutboxEntry> entries)
    {
        foreach (var entry in entries)
        {
            session.Execute(
                """
                INSERT INTO outbox (message, channel, ended, created, changed, entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                ON CONFLICT (message, channel) DO UPDATE SET ended = excluded.ended, created = excluded.created, changed = excluded.changed, entry = excluded.entry
                """,
                entry.Message.Id, entry.Channel, entry.IsEnded ? 1 : 0, Micros.From(entry.Message.CreatedTime),
                Micros.From(entry.DeliveredTime ?? entry.NextAttemptTime), AlertJson.Write(entry));
        }
    }

    public static List<OutboxMessage> ReadMessages(DatabaseSession session, DateTimeOffset since) =>
    [
        .. Read(session.Prepare("SELECT entry FROM outbox WHERE created >= ?1 ORDER BY number").Query(Micros.From(since)))
            .Select(entry => entry.Message).DistinctBy(message => message.Id),
    ];

    public static OutboxEntry? ReadNext(DatabaseSession session, string channel) =>
        session.Scalar("SELECT entry FROM outbox WHERE channel = ?1 AND ended = 0 ORDER BY number LIMIT 1", channel) is string json
            ? AlertJson.Read<OutboxEntry>(json)
            : null;

    public static List<OutboxEntry> ReadEntries(DatabaseSession session, string messageId) =>
        Read(session.Prepare("SELECT entry FROM outbox WHERE message = ?1 ORDER BY number").Query(messageId));

    public static int CountQueued(DatabaseSession session, string channel) =>
        (int)(long)session.Scalar("SELECT COUNT(*) FROM outbox WHERE channel = ?1 AND ended = 0", channel)!;

    /// <summary>Removes at most <paramref name="limit"/> entries that have ended before an instant, or have ended and are not among the newest.</summary>
    public static int Trim(DatabaseSession session, long olderThanMicros, int keep, int limit) => session.Execute(
        """
        DELETE FROM outbox WHERE number IN (
            SELECT number FROM outbox
            WHERE ended = 1 AND (changed < ?1 OR number <= (SELECT number FROM outbox ORDER BY number DESC LIMIT 1 OFFSET ?3))
            ORDER BY number LIMIT ?2)
        """,
        olderThanMicros, limit, keep);

    private static List<OutboxEntry> Read(SqliteDataReader reader)
    {
        using (reader)
        {
            var entries = new List<OutboxEntry>();
            while (reader.Read())
            {
                entries.Add(AlertJson.Read<OutboxEntry>(reader.GetString(0)));
            }

            return entries;
        }
    }
}
