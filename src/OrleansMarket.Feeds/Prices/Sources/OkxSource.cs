using System.Text.Json;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Feeds.Prices.Sources;

/// <summary>OKX, in USDT: one request per asset.</summary>
/// <remarks>Source: OKX API v5, "Get ticker". Errors come with status 200 and a code that is not 0; 51001 is an instrument that does not exist, 50011 too many requests.</remarks>
internal sealed class OkxSource(PriceSourceProfile profile, PriceHttp http, TimeProvider clock) : HttpPriceSource(profile, http, clock)
{
    private static readonly TimeSpan RateLimitPause = TimeSpan.FromSeconds(10);

    protected override bool CanHave(string asset) => base.CanHave(asset) && asset != PriceQuote.Usdt;

    protected override Task AskAsync(IReadOnlyList<string> assets, AnswerBuilder answer, CancellationToken cancellationToken) => EachAsync(assets, answer, async asset =>
    {
        var document = await Http.GetAsync($"/api/v5/market/ticker?instId={Uri.EscapeDataString(asset)}-USDT", cancellationToken).ConfigureAwait(false);
        switch (document.Json.Field("code").Text())
        {
            case "0":
                break;
            case "51001":
                OnUnlisted(asset, answer);
                return;
            case "50011":
                throw Http.StayAway("error 50011, too many requests", RateLimitPause);
            case { } code:
                throw Http.Fail($"error {PriceHttp.OneLine(code)}: {PriceHttp.OneLine(document.Json.Field("msg").Text() ?? "")}");
            default:
                throw Http.Fail($"expected a code, found HTTP {(int)document.Status}, {document.Json.Describe()}");
        }

        var ticker = document.Json.Field("data").Item(0);
        if (ticker.ValueKind == JsonValueKind.Undefined || ticker.Field("last").Number() is not { } price)
        {
            answer.Unreadable(asset, "a number under last", ticker.Field("last"));
            return;
        }

        var open = ticker.Field("open24h").Number();
        answer.Add(new PriceQuote
        {
            Asset = asset,
            Source = Profile.Name,
            Currency = PriceQuote.Usdt,
            Price = price,
            Time = ticker.Field("ts").Epoch() ?? document.Received,
            Received = document.Received,
            Latency = document.Latency,
            Change24h = open > 0 ? price - open : null,
            Change24hPercent = price.PercentSince(open),
            Volume24h = ticker.Field("vol24h").Number(),
            QuoteVolume24h = ticker.Field("volCcy24h").Number(),
        });
    });
}
