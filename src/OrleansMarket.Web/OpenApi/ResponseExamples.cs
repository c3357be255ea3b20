using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Web.Api;
using OrleansMarket.Web.Candles;
using OrleansMarket.Web.Health;
using OrleansMarket.Web.Prices;
using OrleansMarket.Web.Whales;

namespace OrleansMarket.Web.OpenApi;

/// <summary>Answers shown in the documentation.</summary>
internal static class ResponseExamples
{
    private static readonly Symbol Symbol = new("BTCUSDT");
    private static readonly FeedSource Source = new(FeedKind.Live, "stream.binance.com");
    private static readonly DateTimeOffset Open = new(2026, 1, 15, 11, 59, 0, TimeSpan.Zero);

    public static HealthResponse Health { get; } = new()
    {
        Status = HealthStatus.Degraded,
        Reasons = ["182 trades of BTCUSDT are missing"],
        Produced = 987_642,
        Dlq = 3,
        DlqKept = 3,
        WsConnected = true,
        LastTradeAgeMs = 41,
        Gaps = 1,
        MissingIds = 182,
        TradesPerSecond = 75.3,
        Backlog = 4,
        StaleSymbols = [],
        Source = FeedKind.Live,
        SourceName = "stream.binance.com",
        Reconnects = 1,
        Parts = new Dictionary<string, string?> { ["sqlite"] = null },
    };

    public static CandlesResponse Candles { get; } = new()
    {
        Symbol = Symbol,
        Interval = "1m",
        Source = Source,
        Candles =
        [
            new()
            {
                Interval = "1m", OpenTime = Open, EndTime = Open.AddMinutes(1), Open = 61818.77m, High = 61848.19m, Low = 61801.50m, Close = 61836.19m,
                Volume = 17.17005m, QuoteVolume = 1061467.2572430m, TradeCount = 478, TakerBuyVolume = 11.07989m, TakerBuyQuoteVolume = 684968.3285054m,
                FirstId = 4_007_127_100, LastId = 4_007_127_577, Status = CandleStatus.Verified, Flags = CandleFlags.Repaired, Revision = 1,
            },
        ],
    };

    public static WhalesResponse Whales { get; } = new()
    {
        Source = Source,
        Whales =
        [
            new(
                Symbol, 4_007_127_445, 4_007_127_462, Open.AddSeconds(23), TakerSide.Sell, 10.95330m, 677167.3993620m, 677167.40m, 61823.14m, 6, 0.00695, 250_000, false),
        ],
        Next = null,
    };

    public static PricesResponse Prices { get; } = new()
    {
        Source = Source,
        AsOf = Open.AddSeconds(59),
        Prices =
        [
            new()
            {
                Asset = "BTC", Price = 61818.77m, Rule = PriceRule.Consensus, Quality = PriceQuality.Agreed, Source = PriceSourceNames.Stream,
                Sources = [PriceSourceNames.Stream, PriceSourceNames.Kraken], Time = Open.AddSeconds(58), AgeMs = 1_000,
                Change24h = -402.11m, Change24hPercent = -0.65, Volume24h = 18_233.41m, VolumeUsd24h = 1_127_168_912.02m, Source24h = PriceSourceNames.Stream,
                Deviation = 0.00042, DeviationPercent = 0.042, IsValid = true, RecommendedPrice = 61818.77m,
                UsdtRate = new UsdRate("USDT", 0.99984, Micros.From(Open.AddSeconds(51)), "coinbase+kraken"),
                Quotes =
                [
                    new()
                    {
                        Source = PriceSourceNames.Stream, Currency = "USDT", Price = 61828.66m, PriceUsd = 61818.77m, Time = Open.AddSeconds(58), AgeMs = 1_000,
                        Weight = 0.97, DeviationPercent = 0, Change24hPercent = -0.65,
                    },
                    new()
                    {
                        Source = PriceSourceNames.Kraken, Currency = "USD", Price = 61844.70m, PriceUsd = 61844.70m, Time = Open.AddSeconds(51), AgeMs = 8_000, LatencyMs = 141.7,
                        Weight = 0.87, DeviationPercent = 0.042,
                    },
                    new() { Source = PriceSourceNames.Okx, Excluded = PriceExclusion.NoPrice, Reason = "not asked before 2026-01-15T12:04:07Z: okx: HTTP 451" },
                ],
            },
        ],
    };

    public static ApiProblem Problem { get; } = new()
    {
        Type = "urn:orleans-market:problem:invalid-request",
        Title = "The request is not valid.",
        Status = 400,
        Detail = "limit: expected a whole number from 1 to 5000, found '0'",
        Instance = "/candles",
        Remedy = "Correct the fields named under errors; /docs describes each of them.",
        Errors = new Dictionary<string, string[]> { ["limit"] = ["expected a whole number from 1 to 5000, found '0'"] },
    };
}
