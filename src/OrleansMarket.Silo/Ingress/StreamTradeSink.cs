using Orleans.Streams;
using OrleansMarket.Contracts;
using OrleansMarket.Contracts.Symbols;
using OrleansMarket.Contracts.Trades;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Ingress;

namespace OrleansMarket.Silo.Ingress;

/// <summary>Publishes on the silo's streams, and tells interruptions to the engines themselves.</summary>
/// <param name="client">Reaches streams and grains from outside of grains.</param>
public sealed class StreamTradeSink(IClusterClient client) : ITradeSink
{
    private readonly Lazy<IStreamProvider> _streams = new(() => client.GetStreamProvider(StreamNames.Provider));

    /// <inheritdoc/>
    public Task PublishAsync(Symbol symbol, TradeBatch batch) =>
        _streams.Value.GetStream<TradeBatch>(StreamId.Create(StreamNames.Trades, symbol.Value)).OnNextAsync(batch);

    /// <inheritdoc/>
    public Task RejectAsync(DeadLetter letter) =>
        _streams.Value.GetStream<RefusedMessage>(StreamId.Create(StreamNames.DeadLetters, RefusedMessage.StreamKey)).OnNextAsync(RefusedMessage.Of(letter));

    /// <inheritdoc/>
    public Task InterruptAsync(IReadOnlyList<Symbol> symbols, string reason) =>
        Task.WhenAll(symbols.Select(symbol => client.GetGrain<ISymbolGrain>(symbol.Value).InterruptAsync(CancellationToken.None)));
}
