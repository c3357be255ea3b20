using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Pipeline;

/// <summary>Knows what feeds the product, so that every answer with prices can say so; asks the market at most every 5 s.</summary>
internal sealed class MarketSource(IMarket market, TimeProvider clock)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);
    private volatile Known? _known;

    public async ValueTask<FeedSource> GetAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (_known is { } known && now - known.AskedAt < Freshness)
        {
            return known.Source;
        }

        var health = await market.GetHealthAsync(cancellationToken);
        _known = new Known(health.Source, now);
        return health.Source;
    }

    private sealed record Known(FeedSource Source, DateTimeOffset AskedAt);
}
