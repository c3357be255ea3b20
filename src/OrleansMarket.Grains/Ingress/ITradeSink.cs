using OrleansMarket.Contracts.Trades;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Grains.Ingress;

/// <summary>Where the feed's batches go. A task that fails means "not now": the publisher tries again and the feed waits.</summary>
public interface ITradeSink
{
    /// <summary>Publishes a batch of one symbol's trades.</summary>
    Task PublishAsync(Symbol symbol, TradeBatch batch);

    /// <summary>Publishes what was refused.</summary>
    Task RejectAsync(DeadLetter letter);

    /// <summary>Tells the engines that trades may have been missed.</summary>
    Task InterruptAsync(IReadOnlyList<Symbol> symbols, string reason);
}
