using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Influx;

namespace OrleansMarket.Sinks.Tests.Influx;

/// <summary>One of everything that is written, each with a value in every column.</summary>
internal static class SeriesSamples
{
    /// <summary>2026-11-21T10:00:00Z, µs.</summary>
    public const long Ten = 1_795_255_200_000_000;

    public static SymbolSpec Btc { get; } = new(new Symbol("BTCUSDT"), 2, 5) { BaseAsset = "BTC", QuoteAsset = "USDT" };

    public static SeriesOrigin Origin { get; } = new(FeedKind.Live);

    public static Candle Candle { get; } = new()
    {
        Interval = CandleInterval.OneMinute,
        OpenTimeMicros = Ten,
        Open = 6_100_010,
        High = 6_123_456,
        Low = 6_099_999,
        Close = 6_111_111,
        Volume = 1_234_567,
        QuoteVolume = 7_544_556_677_889,
        TakerBuyVolume = 600_001,
        TakerBuyQuoteVolume = 3_666_777_888_999,
        TradeCount = 321,
        FirstId = 4_000_000_001,
        LastId = 4_000_000_321,
        MissingIds = 2,
        Revision = 3,
        Status = CandleStatus.Verified,
        Flags = CandleFlags.Repaired | CandleFlags.Mismatched,
    };

    public static Sweep Whale { get; } = new()
    {
        FirstId = 4_000_000_123,
        LastId = 4_000_000_130,
        TradeTimeMicros = Ten + 1_234_567,
        Taker = TakerSide.Sell,
        Quantity = 1_000_000,
        QuoteAmount = 6_100_000_000_000,
        FirstPrice = 6_100_100,
        LastPrice = 6_099_900,
        Levels = 4,
        PriceBefore = 6_100_000,
        NotionalUsd = 610_000.5,
        Threshold = 100_000,
        Revised = true,
    };

    public static AlertTransition Alert { get; } = new()
    {
        Key = new AlertKey("volume-spike", 2, new Symbol("BTCUSDT"), Ten),
        State = AlertState.Firing,
        TimeMicros = Ten + (5 * Micros.PerSecond),
        RuleName = "Volume \"spike\", \\ large = unusual",
        Severity = AlertSeverity.Warning,
        IsDataQuality = false,
        Value = 7.25,
        Threshold = 6,
        Price = 61_111.11m,
        Completeness = 0.75,
        IsLate = true,
        SuppressedBecause = "flapping",
        IsWithdrawn = false,
        Note = "two\nlines",
    };

    public static ReceivedPrint Trade { get; } = new(
        Print.Trade(Btc, 4_000_000_999, Ten + 777, 6_100_010, 12_345, TakerSide.Buy), Ten + 1_000, Ten + 251_000);

    public static AssetPrice Price { get; } = new()
    {
        Asset = "BTC",
        Price = 61_000.25m,
        Rule = PriceRule.Consensus,
        Quality = PriceQuality.Agreed,
        Source = "kraken",
        Sources = ["binance", "kraken"],
        Time = Micros.ToInstant(Ten + Micros.PerSecond),
        AgeMs = 500,
        LatencyMs = 125,
        Change24hPercent = -1.25,
        VolumeUsd24h = 1_234_567_890.12m,
        DeviationPercent = 0.03,
        UsdtRate = new UsdRate("USDT", 1, 0, UsdRate.Assumed),
        Quotes =
        [
            new SourcePrice
            {
                Source = "coinbase", Currency = "USD", Price = 62_000m, PriceUsd = 62_000m, Time = Micros.ToInstant(Ten), AgeMs = 1_500, LatencyMs = 80,
                Weight = 0.25, DeviationPercent = 1.6, Change24hPercent = -0.5, Excluded = PriceExclusion.Outlier, Reason = "1.6 % from the others",
            },
            new SourcePrice { Source = "okx", Reason = "no answer" },
        ],
    };

    public static MarketState State { get; } = new()
    {
        Overview = new SymbolOverview
        {
            Symbol = Btc.Symbol,
            BaseAsset = "BTC",
            QuoteAsset = "USDT",
            Status = SymbolStatus.Trading,
            PriceDecimals = 2,
            QuantityDecimals = 5,
            LastPrice = 61_111.11m,
            LastTradeTime = Micros.ToInstant(Ten + (17 * Micros.PerSecond)),
            LastTradeId = 4_000_000_321,
            LastTradeAgeMs = 1_500,
            IsStale = true,
            QuoteVolume24h = 2_345_678_901.12345m,
            MissingIds = 7,
            FiringAlerts = 2,
        },
        SettledTo = Micros.ToInstant(Ten + (14 * Micros.PerSecond)),
        Figures = new MarketFigures
        {
            PriceChangePercent = new Dictionary<string, Figure> { ["1m"] = Figure.Of(0.1, 60), ["5m"] = Figure.Of(-0.2, 60), ["1h"] = Figure.Of(0.3, 60), ["24h"] = Figure.Of(-4.5, 60) },
            Volatility = new VolatilityFigures(Figure.Of(0.51, 9), Figure.Of(0.52, 9), Figure.Of(0.53, 9), Figure.Of(0.54, 9), Figure.Of(0.55, 9), Figure.Of(0.56, 9), 3),
            Flow =
            [
                new FlowFigures("1m", 1.25m, 2.5m, Figure.Of(1 / 3d, 9), Figure.Of(0.5, 9)),
                new FlowFigures("5m", 3m, 1m, Figure.Of(0.75, 9), Figure.Of(3, 9)),
                new FlowFigures("1h", 10.00001m, 5m, Figure.Of(0.66, 9), Figure.Of(2.000002, 9)),
            ],
            Spike = new SpikeFigures(Figure.Of(2.5, 1_440), 123_456.5, 100_000.25, 1_400),
            Whale = new WhaleFigures(150_000, "USD", 10_000, false),
            QuoteUsdRate = new UsdRate("USDT", 1, Ten, UsdRate.Assumed),
        },
        Counts = new TradeCounts(1_000_001, 12, 3, 4, 50, 6),
        OpenCandles = [],
        OpenGaps = [],
    };

    public static PipelineHealth Health { get; } = new()
    {
        Status = HealthStatus.Degraded,
        Reasons = ["no trades for longer than usual: BTCUSDT", "storage: full"],
        Source = new FeedSource(FeedKind.Live, "stream.example"),
        Feed = new FeedStatus(true, 2, 2, 5, 1_000, 10, -1_500, null),
        Produced = 123_456,
        DeadLetters = 9,
        DeadLettersKept = 8,
        LastTradeAgeMs = 250,
        StaleSymbols = [new Symbol("BTCUSDT")],
        OpenGaps = 1,
        MissingIds = 7,
        TradesPerSecond = 123.5,
        Backlog = 11,
        BacklogLimit = 8_192,
        Latency = [.. new[] { "exchange", "queue", "total", "engine", "store", "alert" }.Select((stage, i) => new StageLatency(stage, 10, i + 1, i + 2.5, i + 3, i + 40))],
        Parts = new Dictionary<string, string?>(),
    };

    /// <summary>What an engine would commit.</summary>
    public static EngineCommit Commit(params Candle[] candles) => new() { Spec = Btc, Candles = candles };
}
