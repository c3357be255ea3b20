using System.Collections.Concurrent;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Feeds.Prices.Sources;

/// <summary>Coinbase Exchange, in USD: one request per asset for the price, and one a minute for the opening price of 24 hours ago.</summary>
/// <remarks>Source: Coinbase Exchange API, "Get product ticker", "Get product stats". The ticker has no 24-hour opening price.</remarks>
internal sealed class CoinbaseSource(PriceSourceProfile profile, PriceHttp http, TimeProvider clock) : HttpPriceSource(profile, http, clock)
{
    private static readonly TimeSpan OpeningLasts = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (decimal Open, DateTimeOffset At)> _openings = new(StringComparer.Ordinal);

    protected override Task AskAsync(IReadOnlyList<string> assets, AnswerBuilder answer, CancellationToken cancellationToken) => EachAsync(assets, answer, async asset =>
    {
        var ticker = await Http.GetAsync($"/products/{Uri.EscapeDataString(asset)}-USD/ticker", cancellationToken).ConfigureAwait(false);
        if (!ticker.IsSuccess)
        {
            OnUnlisted(asset, answer);
            return;
        }

        if (ticker.Json.Field("price").Number() is not { } price)
        {
            // An error may come with a good status.
            answer.Unreadable(asset, "a number under price", ticker.Json.Field("message").Text() is null ? ticker.Json.Field("price") : ticker.Json.Field("message"));
            return;
        }

        var open = await OpenOfAsync(asset, cancellationToken).ConfigureAwait(false);
        answer.Add(new PriceQuote
        {
            Asset = asset,
            Source = Profile.Name,
            Currency = PriceQuote.Usd,
            Price = price,
            Time = ticker.Json.Field("time").Instant() ?? ticker.Received,
            Received = ticker.Received,
            Latency = ticker.Latency,
            Change24h = open is { } from ? price - from : null,
            Change24hPercent = price.PercentSince(open),
            Volume24h = ticker.Json.Field("volume").Number(),
        });
    });

    /// <summary>The price of 24 hours ago, from the last minute's answer; <see langword="null"/> when it cannot be had: the price matters more.</summary>
    private async Task<decimal?> OpenOfAsync(string asset, CancellationToken cancellationToken)
    {
        var now = Clock.GetUtcNow();
        if (_openings.TryGetValue(asset, out var known) && now - known.At < OpeningLasts)
        {
            return known.Open;
        }

        try
        {
            var stats = await Http.GetAsync($"/products/{Uri.EscapeDataString(asset)}-USD/stats", cancellationToken).ConfigureAwait(false);
            if (stats.Json.Field("open").Number() is { } open and > 0)
            {
                _openings[asset] = (open, now);
                return open;
            }
        }
        catch (Domain.Pipeline.ExchangeUnavailableException)
        {
            // The next round asks again; a time to stay away is kept by the transport.
        }

        return null;
    }
}
