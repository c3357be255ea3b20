using Orleans.Streams;
using Orleans.Streams.Core;
using OrleansMarket.Contracts;
using OrleansMarket.Contracts.DeadLetters;
using OrleansMarket.Contracts.Trades;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Grains.Placement;

namespace OrleansMarket.Grains.DeadLetters;

/// <summary>Stores what was refused. A store that fails is tried again by the stream, for as long as that keeps the letters.</summary>
[GrainType("market.dead-letters")]
[ImplicitStreamSubscription(StreamNames.DeadLetters)]
[OnRole(SiloRoles.Market)]
public sealed class DeadLetterGrain(IDeadLetterStore store) : Grain, IDeadLetterGrain, IStreamSubscriptionObserver, IAsyncObserver<RefusedMessage>
{
    /// <inheritdoc/>
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<RefusedMessage>().ResumeAsync(this);

    /// <inheritdoc/>
    public Task OnNextAsync(RefusedMessage item, StreamSequenceToken? token = null) => store.AppendAsync([item.ToLetter()], CancellationToken.None);

    /// <inheritdoc/>
    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
