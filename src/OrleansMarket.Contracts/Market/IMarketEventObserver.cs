using OrleansMarket.Domain.Market;

namespace OrleansMarket.Contracts.Market;

/// <summary>A silo that shows live events on pages. Nothing rests on them.</summary>
[Alias("market.event-observer")]
public interface IMarketEventObserver : IGrainObserver
{
    /// <summary>Something happened.</summary>
    [Alias("event")]
    void OnEvent(MarketEvent market);
}
