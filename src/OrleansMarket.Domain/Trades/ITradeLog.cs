using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Domain.Trades;

/// <summary>The raw trades: an append-only log per symbol and hour, bounded by age and size. Order is that of arrival; readers sort and de-duplicate by id.</summary>
public interface ITradeLog
{
    /// <summary>Appends prints of one symbol. Durable after the next <see cref="FlushAsync"/>.</summary>
    ValueTask AppendAsync(SymbolSpec spec, ReadOnlyMemory<ReceivedPrint> prints, CancellationToken cancellationToken);

    /// <summary>Makes everything appended durable.</summary>
    Task FlushAsync(CancellationToken cancellationToken);

    /// <summary>Reads prints that touch the id range, by id, without duplicates.</summary>
    Task<IReadOnlyList<ReceivedPrint>> ReadByIdAsync(SymbolSpec spec, IdRange ids, int limit, CancellationToken cancellationToken);

    /// <summary>Reads prints with a trade time in [from, to), by id, without duplicates, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<ReceivedPrint>> ReadByTimeAsync(SymbolSpec spec, long fromMicros, long toMicros, int limit, CancellationToken cancellationToken);
}
