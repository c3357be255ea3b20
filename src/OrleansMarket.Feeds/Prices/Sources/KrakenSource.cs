using System.Text.Json;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Feeds.Prices.Sources;

/// <summary>Kraken, in USD: all assets in one request. It gives no time, and its opening price is of midnight UTC, not of 24 hours ago, so there is no 24-hour change.</summary>
/// <remarks>Source: Kraken REST API, "Get ticker information". Errors come with status 200.</remarks>
internal sealed class KrakenSource(PriceSourceProfile profile, PriceHttp http, TimeProvider clock) : HttpPriceSource(profile, http, clock)
{
    private static readonly TimeSpan RateLimitPause = TimeSpan.FromSeconds(30);

    // Kraken's own names of two assets.
    private static string CodeOf(string asset) => asset switch
    {
        "BTC" => "XBT",
        "DOGE" => "XDG",
        _ => asset,
    };

    protected override async Task AskAsync(IReadOnlyList<string> assets, AnswerBuilder answer, CancellationToken cancellationToken)
    {
        try
        {
            Read(assets, await AskTickerAsync(assets, cancellationToken).ConfigureAwait(false), answer);
        }
        catch (UnknownPairException)
        {
            if (assets.Count == 1)
            {
                OnUnlisted(assets[0], answer);
                return;
            }

            // One unknown pair refuses the whole request: who it is comes out by asking for halves, and is remembered.
            await AskAsync([.. assets.Take(assets.Count / 2)], answer, cancellationToken).ConfigureAwait(false);
            await AskAsync([.. assets.Skip(assets.Count / 2)], answer, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<SourceDocument> AskTickerAsync(IReadOnlyList<string> assets, CancellationToken cancellationToken)
    {
        var pairs = string.Join("%2C", assets.Select(asset => Uri.EscapeDataString(CodeOf(asset) + "USD")));
        var document = await Http.GetAsync($"/0/public/Ticker?pair={pairs}", cancellationToken).ConfigureAwait(false);
        var errors = document.Json.Field("error");
        if (errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0)
        {
            var text = PriceHttp.OneLine(string.Join(", ", errors.EnumerateArray().Select(error => error.Text() ?? error.Describe())));
            throw text.Contains("Unknown asset pair", StringComparison.Ordinal) ? new UnknownPairException()
                : text.Contains("Rate limit", StringComparison.OrdinalIgnoreCase) || text.Contains("Too many requests", StringComparison.OrdinalIgnoreCase) ? Http.StayAway(text, RateLimitPause)
                : Http.Fail(text);
        }

        return document.IsSuccess && document.Json.Field("result").ValueKind == JsonValueKind.Object
            ? document
            : throw Http.Fail($"expected a result by pair, found HTTP {(int)document.Status}, {document.Json.Describe()}");
    }

    private void Read(IReadOnlyList<string> assets, SourceDocument document, AnswerBuilder answer)
    {
        var result = document.Json.Field("result");
        foreach (var asset in assets)
        {
            // The key of the answer is not the name asked for: XBTUSD comes back as XXBTZUSD, USDTUSD as USDTZUSD, SOLUSD as itself.
            var code = CodeOf(asset);
            var pair = Array.Find([$"X{code}ZUSD", $"{code}ZUSD", $"{code}USD"], name => result.TryGetProperty(name, out _));
            if (pair is null)
            {
                answer.Unreadable(asset, $"a result for {code}USD", default);
                continue;
            }

            var ticker = result.Field(pair);
            if (ticker.Field("c").Item(0).Number() is not { } price)
            {
                answer.Unreadable(asset, "a number as first item of c", ticker.Field("c"));
                continue;
            }

            answer.Add(new PriceQuote
            {
                Asset = asset,
                Source = Profile.Name,
                Currency = PriceQuote.Usd,
                Price = price,
                Time = document.Received,
                Received = document.Received,
                Latency = document.Latency,
                Volume24h = ticker.Field("v").Item(1).Number(),
            });
        }
    }

    private sealed class UnknownPairException : Exception;
}
