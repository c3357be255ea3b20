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
}
