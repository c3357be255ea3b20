using OrleansMarket.Contracts.Trades;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Ingress;

namespace OrleansMarket.Silo.Hosting;

/// <summary>Counts what the feed refused.</summary>
internal sealed class CountedTradeSink(ITradeSink inner, PipelineStats stats) : ITradeSink
{
    /// <inheritdoc/>
    public Task PublishAsync(Symbol symbol, TradeBatch batch) => inner.PublishAsync(symbol, batch);

    /// <inheritdoc/>
    public async Task RejectAsync(DeadLetter letter)
    {
        await inner.RejectAsync(letter);
        stats.OnDeadLetter();
    }

    /// <inheritdoc/>
    public Task InterruptAsync(IReadOnlyList<Symbol> symbols, string reason) => inner.InterruptAsync(symbols, reason);
}
