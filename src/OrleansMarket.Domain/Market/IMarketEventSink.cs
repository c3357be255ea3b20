namespace OrleansMarket.Domain.Market;

/// <summary>Takes live events for pages. Nothing rests on them: a slow reader loses some.</summary>
public interface IMarketEventSink
{
    /// <summary>Gets whether anybody listens; without readers nothing needs to be made.</summary>
    bool HasReaders { get; }

    /// <summary>Hands an event on; must not block.</summary>
    void Publish(MarketEvent market);
}
