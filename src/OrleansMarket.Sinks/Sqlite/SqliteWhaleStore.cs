using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>Whale sweeps in the database.</summary>
public sealed class SqliteWhaleStore(MarketDatabase database) : IWhaleStore
{
    /// <inheritdoc/>
    public Task AppendAsync(SymbolSpec spec, IReadOnlyList<Sweep> sweeps, CancellationToken cancellationToken) =>
        sweeps.Count == 0 ? Task.CompletedTask : database.WriteAsync(session => WhaleTable.Write(session, spec, sweeps), cancellationToken);

    /// <inheritdoc/>
    public Task<WhalePage> ReadAsync(WhaleQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync(session => WhaleTable.Read(session, query), cancellationToken);

    /// <summary>Reads the sweeps of one symbol whose first id is above one, by id, each with the scale of its numbers: for bringing them elsewhere.</summary>
    public Task<IReadOnlyList<(SymbolSpec Spec, Sweep Sweep)>> ReadSweepsAsync(Symbol symbol, long afterId, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<(SymbolSpec, Sweep)>>(session => WhaleTable.ReadSweeps(session, symbol, afterId, limit), cancellationToken);
}
