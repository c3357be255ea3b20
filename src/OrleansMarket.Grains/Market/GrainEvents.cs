using Microsoft.Extensions.Logging;
using Orleans.Utilities;
using OrleansMarket.Contracts.Market;
using OrleansMarket.Domain.Market;

namespace OrleansMarket.Grains.Market;

/// <summary>Hands live events of one grain to the silos that show pages. One that does not ask again is forgotten.</summary>
internal sealed class GrainEvents : IMarketEventSink
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly ObserverManager<IMarketEventObserver> _observers;

    public GrainEvents(Func<DateTimeOffset> clock, ILogger logger) =>
        _observers = new ObserverManager<IMarketEventObserver>(Patience, logger) { GetDateTime = () => clock().UtcDateTime };

    /// <inheritdoc/>
    public bool HasReaders => _observers.Count > 0;

    /// <summary>Shows events to a silo from now on, for a while.</summary>
    public void Add(IMarketEventObserver observer) => _observers.Subscribe(observer, observer);

    /// <inheritdoc/>
    public void Publish(MarketEvent market)
    {
        if (HasReaders)
        {
            _observers.ClearExpired();
            _observers.Notify(observer => observer.OnEvent(market));
        }
    }
}
