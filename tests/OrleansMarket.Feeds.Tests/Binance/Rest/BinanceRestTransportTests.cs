using System.Net;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using static OrleansMarket.Feeds.Tests.Binance.Rest.StubExchange;

namespace OrleansMarket.Feeds.Tests.Binance.Rest;

public sealed class BinanceRestTransportTests
{
    // Of the pauses before a question is asked again; an answer may take longer.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(4);

    private static readonly SymbolSpec Btc = new(new Symbol("BTCUSDT"), 2, 5);

    [Theory]
    [InlineData(429, "30", "", 30)]
    [InlineData(418, "7200", "", 7_200)]
    [InlineData(403, null, "", 300)]
    public async Task GetAsync_StaysAwayAsToldAndRemembersItOverARestart(int status, string? retryAfter, string body, int seconds)
    {
        var store = new MemorySettings();
        var limited = true;
        HttpResponseMessage Answer(HttpRequestMessage request) => limited
            ? Json(body, (HttpStatusCode)status, retryAfter is null ? [] : [("Retry-After", retryAfter)])
            : Json("[]");
        using var first = new StubExchange(Answer, store);

        var failure = await Assert.ThrowsAsync<ExchangeUnavailableException>(() => Ask(first));
        Assert.Equal(TimeSpan.FromSeconds(seconds), failure.RetryAfter);
        limited = false;
        for (var i = 0; i < 100; i++)
        {
            await Assert.ThrowsAsync<ExchangeUnavailableException>(() => Ask(first));
        }

        Assert.Single(first.Requests);

        using var restarted = new StubExchange(Answer, store, first.Clock);
        await Assert.ThrowsAsync<ExchangeUnavailableException>(() => Ask(restarted));
        first.Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<ExchangeUnavailableException>(() => Ask(restarted));
        Assert.Empty(restarted.Requests);

        first.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Empty(await Ask(restarted));
        Assert.Single(restarted.Requests);
    }

    [Fact]
    public async Task GetAsync_BelievesNoBanBeyondThreeDays()
    {
        using var exchange = new StubExchange(_ => Json("""{"code":-1003,"msg":"IP banned until 9999999999999"}""", (HttpStatusCode)418));

        await Assert.ThrowsAsync<ExchangeUnavailableException>(() => Ask(exchange));

        Assert.Equal(TimeSpan.FromDays(3), exchange.Memory.Block.Remaining);
    }

    [Fact]
    public async Task GetAsync_FallsOverToTheMarketDataHostOn451AndRemembersIt()
    {
        var store = new MemorySettings();
        static HttpResponseMessage Answer(HttpRequestMessage request) => request.RequestUri!.Host == "api.binance.com"
            ? Json("""{"code":0,"msg":"Service unavailable from a restricted location"}""", (HttpStatusCode)451)
            : Json("[]");
        using var first = new StubExchange(Answer, store);
        Assert.True(first.Client.ServesHistoricalTrades);

        await Ask(first);
        await Ask(first);

        Assert.Equal(["api.binance.com", "data-api.binance.vision", "data-api.binance.vision"], first.Requests.Select(uri => uri.Host));
        Assert.False(first.Client.ServesHistoricalTrades);

        using var restarted = new StubExchange(Answer, store, first.Clock);
        await Ask(restarted);
        Assert.Equal(["data-api.binance.vision"], restarted.Requests.Select(uri => uri.Host));
    }

    [Fact]
    public async Task RestoreAsync_KnowsTheStreamsHostsToo_WhoeverAskedFirst()
    {
        var store = new MemorySettings();
        using var first = new StubExchange(_ => Json("[]"), store);
        await first.Memory.RestrictAsync("stream.binance.com:9443", default);

        using var restarted = new StubExchange(_ => Json("[]"), store, first.Clock);
        await Ask(restarted);
        await restarted.Memory.RestoreAsync(["stream.binance.com:9443"], default);

        Assert.True(restarted.Memory.IsRestricted("stream.binance.com:9443"));
    }

    [Fact]
    public async Task GetAsync_NeverAsksTheMarketDataHostForHistoricalTrades()
    {
        using var exchange = new StubExchange(_ => Json("", (HttpStatusCode)451));

        await Assert.ThrowsAsync<ExchangeUnavailableException>(() => exchange.Client.GetTradesFromAsync(Btc, 1, 10, default));
        await Assert.ThrowsAsync<ExchangeUnavailableException>(() => exchange.Client.GetTradesFromAsync(Btc, 1, 10, default));

        Assert.Equal(["api.binance.com"], exchange.Requests.Select(uri => uri.Host));
    }

    [Fact]
    public async Task GetAsync_RepeatsAnUnknownResultTwiceAtMostAndThenLeavesTheHostAlone()
    {
        using var exchange = new StubExchange(request => request.RequestUri!.Host == "api.binance.com" ? Json("", HttpStatusCode.InternalServerError) : Json("[]"));

        var failing = Ask(exchange);
        await exchange.Clock.AdvanceUntilAsync(() => failing.IsCompleted, LongestPause);

        await Assert.ThrowsAsync<ExchangeUnavailableException>(() => failing);
        Assert.Equal(3, exchange.Requests.Count);

        Assert.Empty(await Ask(exchange));
        Assert.Equal("data-api.binance.vision", exchange.Requests.Last().Host);
    }

    [Fact]
    public async Task GetAsync_RecoversWithinOneCall()
    {
        var calls = 0;
        using var exchange = new StubExchange(_ => ++calls < 3 ? Json("", HttpStatusCode.BadGateway) : Json("[]"));

        var asking = Ask(exchange);
        await exchange.Clock.AdvanceUntilAsync(() => asking.IsCompleted, LongestPause);

        Assert.Empty(await asking);
        Assert.Equal(75, exchange.Budget.Used); // each try counts
    }

    [Fact]
    public async Task GetAsync_TriesTheOtherHostAtOnceWhereNobodyAnswers()
    {
        using var exchange = new StubExchange(request => request.RequestUri!.Host == "api.binance.com"
            ? throw new HttpRequestException(HttpRequestError.NameResolutionError, "no such host")
            : Json("[]"));

        Assert.Empty(await Ask(exchange));

        Assert.Equal(["api.binance.com", "data-api.binance.vision"], exchange.Requests.Select(uri => uri.Host));
    }

    [Fact]
    public async Task GetAsync_DoesNotStormWhenEverythingIsDown()
    {
        using var exchange = new StubExchange(_ => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        for (var second = 0; second < 600; second++)
        {
            var failure = await Assert.ThrowsAsync<ExchangeUnavailableException>(() => Ask(exchange));
            Assert.NotNull(failure.RetryAfter);
            exchange.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        // 5, 10, 20, 40 and then 60 s of rest on each of two hosts.
        Assert.InRange(exchange.Requests.Count, 20, 28);
    }

    [Fact]
    public async Task GetAsync_GivesUpOnAnAnswerThatNeverComes()
    {
        using var exchange = new StubExchange(_ => new HttpResponseMessage((HttpStatusCode)999));

        var asking = Ask(exchange);
        await exchange.Clock.AdvanceUntilAsync(() => asking.IsCompleted);

        var failure = await Assert.ThrowsAsync<ExchangeUnavailableException>(() => asking);
        Assert.Contains("did not answer within 10 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_HonoursCancellation()
    {
        using var exchange = new StubExchange(_ => new HttpResponseMessage((HttpStatusCode)999));
        using var cancellation = new CancellationTokenSource();

        var asking = exchange.Client.GetNewestTradesAsync(Btc, 1, cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task GetAsync_KeepsTheBudgetOfThePriority()
    {
        using var exchange = new StubExchange(_ => Json("[]", HttpStatusCode.OK, ("X-MBX-USED-WEIGHT-1M", "5680")));

        await Ask(exchange);

        var failure = await Assert.ThrowsAsync<ExchangeUnavailableException>(() => exchange.Client.For(RequestPriority.Repair).GetNewestTradesAsync(Btc, 1, default));
        Assert.Contains("5680 of 6000", failure.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromMinutes(1), failure.RetryAfter);
        Assert.Single(exchange.Requests);
    }

    private static Task<IReadOnlyList<Print>> Ask(StubExchange exchange) => exchange.Client.GetNewestTradesAsync(Btc, 10, default);
}
