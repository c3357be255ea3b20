using NSubstitute;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Standalone.Serving;

namespace OrleansMarket.Standalone.Tests.Serving;

public sealed class HealthJudgeTests
{
    private readonly Bench _bench = new(Bench.Name);
    private readonly ITradeFeed _feed = Substitute.For<ITradeFeed>();
    private readonly HealthJudge _judge;

    public HealthJudgeTests()
    {
        _bench.Run();
        _bench.LetterStore.CountAsync(Arg.Any<CancellationToken>()).Returns(new Dictionary<DeadLetterReason, long> { [DeadLetterReason.BadPrice] = 3 });
        _feed.Status.Returns(FeedStatus.Starting with { Connected = true, Connections = 1, Planned = 1 });
        _judge = new HealthJudge(_bench.Router, _feed, _bench.Stats, _bench.LetterStore, _bench.Clock);
    }

    [Fact]
    public async Task BeforeTheFirstTrade_ItIsStarting() => await ExpectAsync(HealthStatus.Starting, null, price: null);

    [Fact]
    public async Task WithTradesAndNothingWrong_ItIsOk() => Assert.Equal(3, (await ExpectAsync(HealthStatus.Ok, null)).DeadLettersKept);

    [Fact]
    public async Task LostConnection_IsToldWithItsReason()
    {
        _feed.Status.Returns(FeedStatus.Starting with { Planned = 2, Connections = 1, LastError = "refused" });

        await ExpectAsync(HealthStatus.Degraded, "the feed is not connected (1 of 2 connections): refused");
    }

    [Fact]
    public async Task StaleSymbols_AreNamed() =>
        Assert.Equal([new Symbol(Bench.Name)], (await ExpectAsync(HealthStatus.Degraded, "no trades for longer than usual: BTCUSDT", stale: true)).StaleSymbols);

    [Fact]
    public async Task BrokenPart_IsNamed()
    {
        _judge.Parts["storage"] = () => "the disk is full";

        await ExpectAsync(HealthStatus.Degraded, "storage: the disk is full");
    }

    [Fact]
    public async Task FailedEngine_IsNamed()
    {
        _bench.Lanes[0].Failure = "too large";

        await ExpectAsync(HealthStatus.Degraded, "the engine of BTCUSDT failed: too large; restart the product");
    }

    [Fact]
    public async Task YoungGap_IsCountedButNoFault_AnOldOneIs()
    {
        var lane = _bench.Lanes[0];
        await lane.TellAsync(session => session.Tick(_bench.Now, Domain.Analytics.PipelineReading.Unknown), CancellationToken.None);
        await _bench.Router.ReceiveAsync(lane.Spec.Symbol, _bench.Trades(lane, 5), CancellationToken.None);
        await _bench.Router.ReceiveAsync(lane.Spec.Symbol, _bench.Trades(lane, 5, 20), CancellationToken.None);

        Assert.Equal(1, (await ExpectAsync(HealthStatus.Ok, null)).OpenGaps);
        _bench.Clock.Advance(TimeSpan.FromMinutes(6));
        await ExpectAsync(HealthStatus.Degraded, "1 gaps have been open for more than 5 minutes");
    }

    private async Task<PipelineHealth> ExpectAsync(HealthStatus status, string? reason, decimal? price = 1, bool stale = false)
    {
        var spec = _bench.Lanes[0].Spec;
        var health = await _judge.JudgeAsync(
            [
                new SymbolOverview
                {
                    Symbol = spec.Symbol, BaseAsset = "BTC", QuoteAsset = "USDT", Status = SymbolStatus.Trading, PriceDecimals = 2, QuantityDecimals = 5,
                    LastPrice = price, IsStale = stale,
                },
            ],
            CancellationToken.None);
        Assert.Equal(status, health.Status);
        Assert.Equal(reason is null ? [] : [reason], health.Reasons);
        return health;
    }
}
