using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Pipeline;

/// <summary>Knows what feeds the product, so that every answer with prices can say so. It never changes while a process lives, so the market is asked once.</summary>
internal sealed class MarketSource(IMarket market)
{
    private volatile Known? _known;

    public async ValueTask<FeedSource> GetAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known)
        {
            return known.Source;
        }

        var source = (await market.GetHealthAsync(cancellationToken)).Source;
        _known = string.IsNullOrEmpty(source.Name) ? null : new Known(source);
        return source;
    }

    private sealed record Known(FeedSource Source);
}
