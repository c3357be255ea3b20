using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Standalone.Serving;

/// <summary>Turns changed prices into live events.</summary>
internal sealed class LivePrices(MarketRuntime runtime) : IPriceListener
{
    /// <inheritdoc/>
    public void OnPrice(AssetPrice price)
    {
        if (runtime.Events.HasReaders)
        {
            runtime.Events.Publish(new MarketEvent { Id = 0, Symbol = new Symbol(price.Asset + PriceQuote.Usd), Price = price });
        }
    }
}
