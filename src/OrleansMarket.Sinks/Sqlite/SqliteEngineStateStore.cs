using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>Engine snapshots in the database, each in one transaction with what the engine concluded.</summary>
public sealed class SqliteEngineStateStore(MarketDatabase database) : IEngineStateStore
{
    /// <inheritdoc/>
    public async Task CommitAsync(IReadOnlyList<EngineCommit> commits, CancellationToken cancellationToken)
    {
        if (commits.Count == 0)
        {
            return;
        }

        // One write per commit: they share a transaction anyway, and one that fails takes no other with it.
        var writes = new Task[commits.Count];
        for (var i = 0; i < writes.Length; i++)
        {
            var commit = commits[i];
            writes[i] = database.WriteAsync(session => Write(session, commit), cancellationToken);
        }

        await Task.WhenAll(writes).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>?> LoadAsync(Symbol symbol, CancellationToken cancellationToken) => database.ReadAsync<ReadOnlyMemory<byte>?>(
        session => session.FindNumber(symbol) is { } number && session.Scalar("SELECT state FROM engine_states WHERE symbol = ?1", number) is byte[] state
            ? new ReadOnlyMemory<byte>(state)
            : (ReadOnlyMemory<byte>?)null,
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(Symbol symbol, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.FindNumber(symbol) is { } number && session.Execute("DELETE FROM engine_states WHERE symbol = ?1", number) > 0,
        cancellationToken);

    private void Write(DatabaseSession session, EngineCommit commit)
    {
        var symbol = commit.Spec.Symbol;
        CandleTable.Write(session, commit.Spec, commit.Candles);
        WhaleTable.Write(session, commit.Spec, commit.Whales);
        GapTable.Write(session, symbol, commit.OpenGaps, commit.ClosedGaps);
        AlertTable.AddNew(session, commit.Alerts, database.Clock.GetUtcNow());
        if (commit.State is { } state)
        {
            session.Execute(
                "INSERT OR REPLACE INTO engine_states VALUES (?1, ?2, ?3)", session.NumberOf(symbol), Micros.From(database.Clock.GetUtcNow()), state.ToArray());
        }
    }
}
