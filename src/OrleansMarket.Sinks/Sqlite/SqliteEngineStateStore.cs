using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>Engine states in the database, each in one transaction with what the engine concluded.</summary>
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
    public Task<EngineState?> LoadAsync(Symbol symbol, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.FindNumber(symbol) is { } number && session.Scalar("SELECT state FROM engine_states WHERE symbol = ?1", number) is byte[] state
            ? new EngineState(state, [.. Enumerable.Range(0, EngineState.Slots).Select(slot => ReadBase(session, number, slot)).OfType<EngineBase>()])
            : null,
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(Symbol symbol, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            if (session.FindNumber(symbol) is not { } number)
            {
                return false;
            }

            session.Execute("DELETE FROM engine_bases WHERE symbol = ?1", number);
            return session.Execute("DELETE FROM engine_states WHERE symbol = ?1", number) > 0;
        },
        cancellationToken);

    private static EngineBase? ReadBase(DatabaseSession session, long number, int slot) =>
        session.Scalar("SELECT base FROM engine_bases WHERE symbol = ?1 AND slot = ?2", number, slot) is byte[] bytes ? new EngineBase(slot, bytes) : null;

    private void Write(DatabaseSession session, EngineCommit commit)
    {
        var symbol = commit.Spec.Symbol;
        CandleTable.Write(session, commit.Spec, commit.Candles);
        WhaleTable.Write(session, commit.Spec, commit.Whales);
        GapTable.Write(session, symbol, commit.OpenGaps, commit.ClosedGaps);
        AlertTable.AddNew(session, commit.Alerts, database.Clock.GetUtcNow());
        var saved = Micros.From(database.Clock.GetUtcNow());
        if (commit.Base is { } whole)
        {
            session.Execute("INSERT OR REPLACE INTO engine_bases VALUES (?1, ?2, ?3, ?4)", session.NumberOf(symbol), whole.Slot, saved, whole.Bytes.ToArray());
        }

        if (commit.State is { } state)
        {
            session.Execute("INSERT OR REPLACE INTO engine_states VALUES (?1, ?2, ?3)", session.NumberOf(symbol), saved, state.ToArray());
        }
    }
}
