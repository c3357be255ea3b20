using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Feeds.Prices.Sources;

/// <summary>Our own trades of followed symbols against dollars, the freshest source there is. Asking it costs the exchange nothing.</summary>
public sealed class MarketSource(PriceSourceProfile profile, IMarket market, TimeProvider clock) : IPriceSource
{
    /// <inheritdoc/>
    public PriceSourceProfile Profile => profile;

    /// <inheritdoc/>
    public async Task<PriceAnswer> AskAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
    {
        var lines = await market.GetSymbolsAsync(cancellationToken).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        List<PriceQuote> quotes = [];
        Dictionary<string, string> missing = [];
        foreach (var asset in assets)
        {
            // The most traded dollar first; where it has not traded yet, another.
            var pairs = lines.Where(line => line.BaseAsset == asset && UsdRate.IsAssumedStable(line.QuoteAsset)).OrderByDescending(line => line.QuoteAsset == PriceQuote.Usdt).ToArray();
            if (Array.Find(pairs, line => line.LastPrice is not null) is { } line)
            {
                quotes.Add(new PriceQuote
                {
                    Asset = asset,
                    Source = profile.Name,
                    Currency = line.QuoteAsset,
                    Price = line.LastPrice!.Value,

                    // The market knows the age by the exchange's clock, and by the recording's when it is one.
                    Time = now - TimeSpan.FromMilliseconds(line.LastTradeAgeMs ?? 0),
                    Received = now,
                    Change24h = line.Change24h,
                    Change24hPercent = line.Change24hPercent,
                    QuoteVolume24h = line.QuoteVolume24h,
                });
            }
            else
            {
                missing[asset] = pairs.Length == 0 ? $"no pair of {asset} against dollars is followed" : $"no trade of {pairs[0].Symbol} yet";
            }
        }

        return new PriceAnswer(quotes, missing);
    }
}
