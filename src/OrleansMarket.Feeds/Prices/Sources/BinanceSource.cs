using System.Text.Json;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Feeds.Binance.Rest;

namespace OrleansMarket.Feeds.Prices.Sources;

/// <summary>Binance's 24-hour tickers, in USDT: twenty assets in one request, from either of its hosts, inside the budget that everything else of Binance shares.</summary>
/// <remarks>Source: Binance Spot API, "24hr ticker price change statistics".</remarks>
public sealed class BinanceSource(PriceSourceProfile profile, BinanceRestClient client, TimeProvider clock) : IPriceSource
{
    private readonly UnlistedAssets _unlisted = new(clock);

    /// <inheritdoc/>
    public PriceSourceProfile Profile => profile;

    /// <inheritdoc/>
    public async Task<PriceAnswer> AskAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
    {
        var answer = new AnswerBuilder(profile.Name);
        var listed = assets.Where(asset => asset is not (PriceQuote.Usd or PriceQuote.Usdt) && !_unlisted.Contains(asset)).ToArray();
        foreach (var asset in assets.Except(listed))
        {
            answer.NotListed(asset);
        }

        using var patience = new CancellationTokenSource(profile.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            foreach (var batch in listed.Chunk(ExchangePages.SymbolsPerTicker))
            {
                await AskAsync(batch, answer, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ExchangeUnavailableException($"{profile.Name}: no answer within {profile.Timeout.TotalSeconds:0.###} s", null, exception);
        }

        return answer.Build();
    }

    private async Task AskAsync(string[] assets, AnswerBuilder answer, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        JsonElement rows;
        try
        {
            rows = await client.GetDayTickersAsync([.. assets.Select(PairOf)], cancellationToken).ConfigureAwait(false);
        }
        catch (RestRefusedException) when (assets.Length == 1)
        {
            _unlisted.Add(assets[0]);
            answer.NotListed(assets[0]);
            return;
        }
        catch (RestRefusedException)
        {
            // One unknown pair refuses the whole batch: who it is comes out by asking for each, and is remembered.
            foreach (var asset in assets)
            {
                await AskAsync([asset], answer, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        var (received, latency) = (clock.GetUtcNow(), clock.GetElapsedTime(started));
        var tickers = rows.ValueKind == JsonValueKind.Array ? rows.EnumerateArray().ToArray() : [];
        foreach (var asset in assets)
        {
            var ticker = Array.Find(tickers, row => row.Field("symbol").Text() == PairOf(asset));
            if (ticker.Field("lastPrice").Number() is not { } price)
            {
                answer.Unreadable(asset, $"a row of {PairOf(asset)} with a number under lastPrice", ticker);
                continue;
            }

            var open = ticker.Field("openPrice").Number();
            answer.Add(new PriceQuote
            {
                Asset = asset,
                Source = profile.Name,
                Currency = PriceQuote.Usdt,
                Price = price,
                Time = ticker.Field("closeTime").Epoch() ?? received,
                Received = received,
                Latency = latency,
                Change24h = open > 0 ? price - open : null,
                Change24hPercent = price.PercentSince(open),
                Volume24h = ticker.Field("volume").Number(),
                QuoteVolume24h = ticker.Field("quoteVolume").Number(),
            });
        }
    }

    private static string PairOf(string asset) => asset + PriceQuote.Usdt;
}
