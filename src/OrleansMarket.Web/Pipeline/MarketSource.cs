using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Pipeline;

/// <summary>
/// Knows what feeds the product, so that every answer with prices can say so; asks the market at most every 5 s. What was known stays known while the
/// market cannot say.
/// </summary>
internal sealed class MarketSource(IMarket market, TimeProvider clock)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);
    private volatile Known? _known;

    public async ValueTask<FeedSource> GetAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var known = _known;
        if (known is not null)
        {
            if (now - known.AskedAt < Freshness)
            {
                return known.Source;
            }

            // One asks; the others need not wait for it.
            _known = known with { AskedAt = now };
        }

        try
        {
            var source = (await market.GetHealthAsync(cancellationToken)).Source;
            if (string.IsNullOrEmpty(source.Name))
            {
                return known?.Source ?? source;
            }

            _known = new Known(source, now);
            return source;
        }
        catch (Exception exception) when (known is not null && exception is not OperationCanceledException)
        {
            return known.Source;
        }
    }

    private sealed record Known(FeedSource Source, DateTimeOffset AskedAt);
}
