using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Market;

/// <summary>Keeps whale sweeps.</summary>
public interface IWhaleStore
{
    /// <summary>Stores sweeps of one symbol; durable when the task completes. One that shares trade ids with stored ones replaces them.</summary>
    Task AppendAsync(SymbolSpec spec, IReadOnlyList<Sweep> sweeps, CancellationToken cancellationToken);

    /// <summary>Reads sweeps, newest first.</summary>
    /// <exception cref="FormatException">The cursor is not one that an earlier page gave.</exception>
    Task<WhalePage> ReadAsync(WhaleQuery query, CancellationToken cancellationToken);
}
