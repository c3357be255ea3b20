using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Domain.Trades;

/// <summary>Takes what a feed reads. Implementations wait when full, so a feed never outruns the engine.</summary>
public interface ITradeReceiver
{
    /// <summary>Accepts prints of one symbol, in arrival order. The memory is only valid until the returned task completes.</summary>
    ValueTask ReceiveAsync(Symbol symbol, ReadOnlyMemory<ReceivedPrint> prints, CancellationToken cancellationToken);

    /// <summary>Accepts what failed to parse or validate.</summary>
    ValueTask RejectAsync(DeadLetter letter, CancellationToken cancellationToken);

    /// <summary>
    /// Says that trades may have been missed since the given instant: a (re)connection, a takeover or a dropped buffer.
    /// The receiver compares its last id with the exchange's.
    /// </summary>
    ValueTask OnInterruptedAsync(IReadOnlyList<Symbol> symbols, string reason, CancellationToken cancellationToken);
}
