using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>The history of gaps in the database.</summary>
public sealed class SqliteGapStore(MarketDatabase database) : IGapStore
{
    /// <inheritdoc/>
    public Task SaveAsync(Symbol symbol, IReadOnlyList<GapView> open, IReadOnlyList<GapView> closed, CancellationToken cancellationToken) =>
        database.WriteAsync(session => GapTable.Write(session, symbol, open, closed), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<GapView>> ReadAsync(Symbol? symbol, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(session => GapTable.Read(session, symbol, limit), cancellationToken);
}
