using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Pipeline;

/// <summary>Keeps the history of gaps: those open, and those closed within the retention.</summary>
public interface IGapStore
{
    /// <summary>Replaces what is kept as open (or given up) of one symbol and adds what was closed; durable when the task completes.</summary>
    Task SaveAsync(Symbol symbol, IReadOnlyList<GapView> open, IReadOnlyList<GapView> closed, CancellationToken cancellationToken);

    /// <summary>Reads gaps, newest first by the time at which they were noticed, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<GapView>> ReadAsync(Symbol? symbol, int limit, CancellationToken cancellationToken);
}
