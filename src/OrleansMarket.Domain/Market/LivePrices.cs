using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Market;

/// <summary>Turns changed prices into live events.</summary>
public sealed class LivePrices(MarketEvents events) : IPriceListener
{
    /// <inheritdoc/>
    public void OnPrice(AssetPrice price)
    {
        if (events.HasReaders)
        {
            events.Publish(new MarketEvent { Id = 0, Symbol = new Symbol(price.Asset + PriceQuote.Usd), Price = price });
        }
    }
}
