using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Market;

public sealed class HealthJudgeTests
{
    private static readonly Symbol Btc = new("BTCUSDT");
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PipelineState _well = new() { Feed = FeedStatus.Starting with { Connected = true, Connections = 1, Planned = 1 } };

    [Fact]
    public void BeforeTheFirstTrade_ItIsStarting() => Expect(HealthStatus.Starting, null, Engine(price: null), _well);

    [Fact]
    public void WithTradesAndNothingWrong_ItIsOk() => Assert.Equal(3, Expect(HealthStatus.Ok, null, Engine(), _well).DeadLettersKept);

    [Fact]
    public void LostConnection_IsToldWithItsReason() => Expect(
        HealthStatus.Degraded, "the feed is not connected (1 of 2 connections): refused", Engine(),
        _well with { Feed = FeedStatus.Starting with { Planned = 2, Connections = 1, LastError = "refused" } });

    [Fact]
    public void StaleSymbols_AreNamed() =>
        Assert.Equal([Btc], Expect(HealthStatus.Degraded, "no trades for longer than usual: BTCUSDT", Engine(stale: true), _well).StaleSymbols);

    [Fact]
    public void BrokenPart_IsNamed()
    {
        var parts = new PipelineParts { ["storage"] = () => "the disk is full", ["repair"] = () => null };

        Expect(HealthStatus.Degraded, "storage: the disk is full", Engine(), _well with { Parts = parts.Describe() });
    }

    [Fact]
    public void FailedEngine_IsNamed() =>
        Expect(HealthStatus.Degraded, "the engine of BTCUSDT failed: too large; restart the product", Engine() with { Failure = "too large" }, _well);

    [Fact]
    public void YoungGap_IsCountedButNoFault_AnOldOneIs()
    {
        Assert.Equal(1, Expect(HealthStatus.Ok, null, Engine() with { OpenGaps = [Gap(minutes: 4)] }, _well).OpenGaps);
        Expect(HealthStatus.Degraded, "1 gaps have been open for more than 5 minutes", Engine() with { OpenGaps = [Gap(minutes: 6)] }, _well);
    }

    private static GapView Gap(int minutes) => new(Btc, 6, 19, 14, Now, Now, GapState.Open, Now.AddMinutes(-minutes), null, 0, null);

    private static EngineReport Engine(decimal? price = 1, bool stale = false) => new(
        new SymbolOverview
        {
            Symbol = Btc,
            BaseAsset = "BTC",
            QuoteAsset = "USDT",
            Status = SymbolStatus.Trading,
            PriceDecimals = 2,
            QuantityDecimals = 5,
            LastPrice = price,
            IsStale = stale,
        },
        [], null);

    private static PipelineHealth Expect(HealthStatus status, string? reason, EngineReport engine, PipelineState pipeline)
    {
        var health = HealthJudge.Judge(new FeedSource(FeedKind.Live, "test"), [engine], pipeline, 3, Now);
        Assert.Equal(status, health.Status);
        Assert.Equal(reason is null ? [] : [reason], health.Reasons);
        return health;
    }
}
