using Orleans.Streams;
using OrleansMarket.Contracts;
using OrleansMarket.Contracts.Trades;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Grains.DeadLetters;

/// <summary>Publishes what was refused on its own stream.</summary>
/// <param name="client">Reaches the streams.</param>
public sealed class DeadLetterSender(IClusterClient client)
{
    private readonly Lazy<IAsyncStream<RefusedMessage>> _stream = new(() => client.GetStreamProvider(StreamNames.Provider)
        .GetStream<RefusedMessage>(StreamId.Create(StreamNames.DeadLetters, RefusedMessage.StreamKey)));

    /// <summary>Publishes letters; a task that fails means "not now".</summary>
    public Task SendAsync(IReadOnlyList<DeadLetter> letters) => Task.WhenAll(letters.Select(letter => _stream.Value.OnNextAsync(RefusedMessage.Of(letter))));
}
