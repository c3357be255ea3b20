using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Feeds.Prices.Sources;

/// <summary>Bybit, in USDT: one request per asset. Its change over 24 hours is a fraction, not percent.</summary>
/// <remarks>Source: Bybit API v5, "Get tickers". Errors come with status 200 and a retCode that is not 0; 10001 is a wrong parameter, 10006 too many requests.</remarks>
internal sealed class BybitSource(PriceSourceProfile profile, PriceHttp http, TimeProvider clock) : HttpPriceSource(profile, http, clock)
{
    private static readonly TimeSpan RateLimitPause = TimeSpan.FromSeconds(10);

    protected override bool CanHave(string asset) => base.CanHave(asset) && asset != PriceQuote.Usdt;

    protected override Task AskAsync(IReadOnlyList<string> assets, AnswerBuilder answer, CancellationToken cancellationToken) => EachAsync(assets, answer, async asset =>
    {
        var document = await Http.GetAsync($"/v5/market/tickers?category=spot&symbol={Uri.EscapeDataString(asset)}USDT", cancellationToken).ConfigureAwait(false);
        switch (document.Json.Field("retCode").Number())
        {
            case 0m:
                break;
            case 10001m:
                OnUnlisted(asset, answer);
                return;
            case 10006m:
                throw Http.StayAway("error 10006, too many requests", RateLimitPause);
            case { } code:
                throw Http.Fail($"error {code}: {PriceHttp.OneLine(document.Json.Field("retMsg").Text() ?? "")}");
            default:
                throw Http.Fail($"expected a retCode, found HTTP {(int)document.Status}, {document.Json.Describe()}");
        }

        var ticker = document.Json.Field("result").Field("list").Item(0);
        if (ticker.Field("lastPrice").Number() is not { } price)
        {
            answer.Unreadable(asset, "a number under lastPrice", ticker.Field("lastPrice"));
            return;
        }

        var before = ticker.Field("prevPrice24h").Number();
        answer.Add(new PriceQuote
        {
            Asset = asset,
            Source = Profile.Name,
            Currency = PriceQuote.Usdt,
            Price = price,
            Time = document.Json.Field("time").Epoch() ?? document.Received,
            Received = document.Received,
            Latency = document.Latency,
            Change24h = before > 0 ? price - before : null,
            Change24hPercent = 100 * (double?)ticker.Field("price24hPcnt").Number(),
            Volume24h = ticker.Field("volume24h").Number(),
            QuoteVolume24h = ticker.Field("turnover24h").Number(),
        });
    });
}
