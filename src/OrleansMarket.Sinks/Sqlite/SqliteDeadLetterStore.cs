using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>Dead letters in the database, bounded by number, bytes and age.</summary>
public sealed class SqliteDeadLetterStore(MarketDatabase database, IOptions<RetentionOptions> options) : IDeadLetterStore
{
    private const string Columns = "id, received, reason, error, source, symbol, attempts, payload";

    private readonly RetentionOptions _options = options.Value;

    /// <summary>Letters added since the bounds were last checked; touched by the writer only.</summary>
    private int _unchecked;

    /// <inheritdoc/>
    public Task AppendAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken) =>
        letters.Count == 0 ? Task.CompletedTask : database.WriteAsync(session => Write(session, letters), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeadLetter>> ReadAsync(DeadLetterReason? reason, long? beforeId, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<DeadLetter>>(
            session =>
            {
                using var reader = reason is { } only
                    ? session.Prepare($"SELECT {Columns} FROM dead_letters WHERE reason = ?3 AND id < ?1 ORDER BY id DESC LIMIT ?2").Query(beforeId ?? long.MaxValue, limit, (int)only)
                    : session.Prepare($"SELECT {Columns} FROM dead_letters WHERE id < ?1 ORDER BY id DESC LIMIT ?2").Query(beforeId ?? long.MaxValue, limit);
                var letters = new List<DeadLetter>();
                while (reader.Read())
                {
                    letters.Add(ReadRow(reader));
                }

                return letters;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<DeadLetter?> FindAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            using var reader = session.Prepare($"SELECT {Columns} FROM dead_letters WHERE id = ?1").Query(id);
            return reader.Read() ? ReadRow(reader) : null;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task MarkAttemptAsync(long id, string error, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute("UPDATE dead_letters SET attempts = attempts + 1, error = ?2 WHERE id = ?1", id, error), cancellationToken);

    /// <inheritdoc/>
    public Task<int> RemoveAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var removed = 0;
            foreach (var id in ids)
            {
                removed += session.Execute("DELETE FROM dead_letters WHERE id = ?1", id);
            }

            return removed;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<int> PurgeAsync(DeadLetterReason? reason, CancellationToken cancellationToken) => database.WriteAsync(
        session => reason is { } only
            ? session.Execute("DELETE FROM dead_letters WHERE reason = ?1", (int)only)
            : session.Execute("DELETE FROM dead_letters WHERE 1"),
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<DeadLetterReason, long>> CountAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<DeadLetterReason, long>>(
            session =>
            {
                var counts = new Dictionary<DeadLetterReason, long>();
                using var reader = session.Prepare("SELECT reason, COUNT(*) FROM dead_letters GROUP BY reason").Query();
                while (reader.Read())
                {
                    counts[(DeadLetterReason)reader.GetByte(0)] = reader.GetInt64(1);
                }

                return counts;
            },
            cancellationToken);

    /// <summary>Removes what is beyond the bounds on number and bytes, and at most <paramref name="limit"/> letters that are too old.</summary>
    internal Task<int> TrimAsync(long nowMicros, int limit, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var old = session.Execute(
                """
                DELETE FROM dead_letters WHERE id IN (
                    SELECT id FROM dead_letters
                    WHERE received < (SELECT MIN(?1, MAX(received)) FROM dead_letters) - ?2 ORDER BY id LIMIT ?3)
                """,
                nowMicros, Domain.Trades.Micros.From(_options.DeadLetters), limit);
            database.Instruments.OnDeadLettersDropped(old);
            return old + Bound(session);
        },
        cancellationToken);

    private void Write(DatabaseSession session, IReadOnlyList<DeadLetter> letters)
    {
        var insert = session.Prepare(
            "INSERT INTO dead_letters (received, reason, error, source, symbol, attempts, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
        foreach (var letter in letters)
        {
            var payload = letter.Payload;
            var error = letter.Error;
            if (payload.Length > DeadLetter.MaxPayloadBytes)
            {
                error = $"{error} (payload cut from {payload.Length} to {DeadLetter.MaxPayloadBytes} bytes)";
                payload = payload[..DeadLetter.MaxPayloadBytes];
            }

            insert.Execute(letter.ReceivedTimeMicros, (int)letter.Reason, error, letter.Source, letter.Symbol, letter.Attempts, payload.ToArray());
        }

        _unchecked += letters.Count;
        if (_unchecked > _options.MaxDeadLetters / 10)
        {
            Bound(session);
        }
    }

    private int Bound(DatabaseSession session)
    {
        _unchecked = 0;
        var dropped = session.Execute(
            """
            DELETE FROM dead_letters WHERE id <= (
                SELECT id FROM (
                    SELECT id, COUNT(*) OVER newer AS letters, SUM(LENGTH(payload)) OVER newer AS bytes
                    FROM dead_letters WINDOW newer AS (ORDER BY id DESC ROWS UNBOUNDED PRECEDING))
                WHERE letters > ?1 OR bytes > ?2 ORDER BY id DESC LIMIT 1)
            """,
            _options.MaxDeadLetters, _options.MaxDeadLetterBytes);
        database.Instruments.OnDeadLettersDropped(dropped);
        return dropped;
    }

    private static DeadLetter ReadRow(SqliteDataReader reader) => new()
    {
        Id = reader.GetInt64(0),
        ReceivedTimeMicros = reader.GetInt64(1),
        Reason = (DeadLetterReason)reader.GetByte(2),
        Error = reader.GetString(3),
        Source = reader.GetString(4),
        Symbol = reader.IsDBNull(5) ? null : reader.GetString(5),
        Attempts = reader.GetInt32(6),
        Payload = (byte[])reader.GetValue(7),
    };
}
