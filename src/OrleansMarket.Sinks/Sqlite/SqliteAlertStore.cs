using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>Alert log, outbox, silences and rules in the database.</summary>
public sealed class SqliteAlertStore(MarketDatabase database) : IAlertStore
{
    private const int TrimStep = 1_000;

    // Kept among the settings, so that "no rule at all" differs from "never stored".
    private const string RulesStored = "alerts.rules-stored";

    /// <inheritdoc/>
    public Task AppendAsync(IReadOnlyList<AlertTransition> transitions, DateTimeOffset now, CancellationToken cancellationToken) => transitions.Count == 0
        ? Task.CompletedTask
        : database.WriteAsync(session => AlertTable.AddNew(session, transitions, now), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertRecord>> ReadNewAsync(int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<AlertRecord>>(session => AlertTable.ReadNew(session, limit), cancellationToken);

    /// <inheritdoc/>
    public Task CommitAsync(AlertCommit commit, CancellationToken cancellationToken) => commit.IsEmpty
        ? Task.CompletedTask
        : database.WriteAsync(
            session =>
            {
                AlertTable.Put(session, commit.Records);
                OutboxTable.Put(session, commit.Entries);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertRecord>> ReadAlertAsync(AlertKey key, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<AlertRecord>>(session => AlertTable.ReadAlert(session, key.ToString()), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertRecord>> FindRecordsAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<AlertRecord>>(session => AlertTable.Find(session, ids), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertRecord>> ReadWaitingAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<AlertRecord>>(AlertTable.ReadWaiting, cancellationToken);

    /// <inheritdoc/>
    public Task<AlertPage> ReadAlertsAsync(AlertQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync(session => AlertTable.ReadPage(session, query), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<OutboxMessage>> ReadMessagesAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<OutboxMessage>>(session => OutboxTable.ReadMessages(session, since), cancellationToken);

    /// <inheritdoc/>
    public Task<OutboxEntry?> ReadNextAsync(string channel, CancellationToken cancellationToken) =>
        database.ReadAsync(session => OutboxTable.ReadNext(session, channel), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<OutboxEntry>> ReadEntriesAsync(string messageId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<OutboxEntry>>(session => OutboxTable.ReadEntries(session, messageId), cancellationToken);

    /// <inheritdoc/>
    public Task<int> CountQueuedAsync(string channel, CancellationToken cancellationToken) =>
        database.ReadAsync(session => OutboxTable.CountQueued(session, channel), cancellationToken);

    /// <inheritdoc/>
    public async Task TrimAsync(DateTimeOffset olderThan, int keep, CancellationToken cancellationToken)
    {
        var instant = Micros.From(olderThan);
        // In small steps, so that other writes pass in between.
        while (await database.WriteAsync(session => AlertTable.Trim(session, instant, keep, TrimStep), cancellationToken).ConfigureAwait(false) == TrimStep)
        {
        }

        while (await database.WriteAsync(session => OutboxTable.Trim(session, instant, keep, TrimStep), cancellationToken).ConfigureAwait(false) == TrimStep)
        {
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertSilence>> ReadSilencesAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<AlertSilence>>(
        session => ReadAll<AlertSilence>(session, "SELECT silence FROM silences ORDER BY number"), cancellationToken);

    /// <inheritdoc/>
    public Task PutSilenceAsync(AlertSilence silence, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute(
            "INSERT INTO silences (id, silence) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET silence = excluded.silence", silence.Id, AlertJson.Write(silence)),
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveSilenceAsync(string id, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.Execute("DELETE FROM silences WHERE id = ?1", id) > 0, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertRule>?> ReadRulesAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<AlertRule>?>(
        session => session.Scalar("SELECT value FROM settings WHERE name = ?1", RulesStored) is null
            ? null
            : ReadAll<AlertRule>(session, "SELECT rule FROM rules WHERE rule IS NOT NULL ORDER BY id"),
        cancellationToken);

    /// <inheritdoc/>
    public Task PutRulesAsync(IReadOnlyList<AlertRule> rules, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Execute("INSERT OR REPLACE INTO settings VALUES (?1, 'yes')", RulesStored);
            foreach (var rule in rules)
            {
                session.Execute(
                    """
                    INSERT INTO rules (id, last_version, rule) VALUES (?1, ?2, ?3)
                    ON CONFLICT (id) DO UPDATE SET last_version = MAX(last_version, excluded.last_version), rule = excluded.rule
                    """,
                    rule.Id, rule.Version, AlertJson.Write(rule));
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<int?> RemoveRuleAsync(string id, CancellationToken cancellationToken) => database.WriteAsync<int?>(
        session =>
        {
            if (session.Scalar("SELECT rule FROM rules WHERE id = ?1", id) is not string json)
            {
                return null;
            }

            session.Execute("UPDATE rules SET rule = NULL WHERE id = ?1", id);
            return AlertJson.Read<AlertRule>(json).Version;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<int> ReadLastVersionAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        session => (int)(session.Scalar("SELECT last_version FROM rules WHERE id = ?1", id) as long? ?? 0), cancellationToken);

    private static List<T> ReadAll<T>(DatabaseSession session, string sql)
    {
        var values = new List<T>();
        using var reader = session.Prepare(sql).Query();
        while (reader.Read())
        {
            values.Add(AlertJson.Read<T>(reader.GetString(0)));
        }

        return values;
    }
}
