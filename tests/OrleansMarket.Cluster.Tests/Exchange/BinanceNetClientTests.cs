using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds;
using OrleansMarket.Feeds.Binance;
using OrleansMarket.Feeds.Binance.Rest;
using OrleansMarket.Silo.Exchange;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Binance;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Exchange;

/// <summary>Two clients written apart read the same from the same exchange.</summary>
public sealed class BinanceNetClientTests
{
    // The exchange's day of 24 hours ends now.
    private static readonly long Start = CandleInterval.OneMinute.OpenOf(Micros.From(new ManualTimeProvider().GetUtcNow())) - (5 * Micros.PerMinute);

    private static readonly Symbol Btc = new("BTCUSDT");
    private static readonly Symbol Pepe = new("PEPEUSDT");
    private static readonly FakeTape Tape = FakeTape.FromModel(Start, TimeSpan.FromMinutes(3), 20, seed: 11, "BTCUSDT", "PEPEUSDT");

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Answers_EqualThoseOfOurOwnClient()
    {
        await using var exchange = await FakeBinance.StartAsync(Tape, new FakeBinanceOptions { Clock = _clock });
        await exchange.PublishUntilAsync(Start + (3 * Micros.PerMinute));
        var budget = new ExchangeBudget(_clock, 100_000);
        using var transport = Connect(exchange, budget);
        var own = new BinanceRestClient(transport);
        using var theirs = new BinanceNetClient(transport, budget, _clock, NullLoggerFactory.Instance, RequestPriority.Live);

        (await theirs.GetSpecsAsync([Btc, Pepe, new Symbol("NOSUCH")], default)).ShouldBe(await own.GetSpecsAsync([Btc, Pepe, new Symbol("NOSUCH")], default), ignoreOrder: true);
        foreach (var (symbol, (spec, tape)) in Tape.Symbols)
        {
            var (from, to) = (tape[200].TradeTimeMicros, tape[900].TradeTimeMicros);
            (await theirs.GetNewestTradesAsync(spec, 300, default)).ShouldBe(await own.GetNewestTradesAsync(spec, 300, default));
            (await theirs.GetTradesFromAsync(spec, tape[500].FirstId, 700, default)).ShouldBe(await own.GetTradesFromAsync(spec, tape[500].FirstId, 700, default));
            (await theirs.GetAggregatesByTimeAsync(spec, from, to, 1_000, default)).ShouldBe(await own.GetAggregatesByTimeAsync(spec, from, to, 1_000, default));
            (await theirs.GetAggregatesByTimeAsync(spec, from, null, 30, default)).ShouldBe(await own.GetAggregatesByTimeAsync(spec, from, null, 30, default));
            (await theirs.GetAggregatesByTimeAsync(spec, null, to, 30, default)).ShouldBe(await own.GetAggregatesByTimeAsync(spec, null, to, 30, default));
            (await theirs.GetAggregatesFromAsync(spec, 40, 100, default)).ShouldBe(await own.GetAggregatesFromAsync(spec, 40, 100, default));
            (await theirs.FindFirstIdAsync(spec, Start + Micros.PerMinute, default)).ShouldBe(await own.FindFirstIdAsync(spec, Start + Micros.PerMinute, default));
            foreach (var interval in (CandleInterval[])[CandleInterval.OneSecond, CandleInterval.OneMinute])
            {
                (await theirs.GetKlinesAsync(spec, interval, Start, Start + (2 * Micros.PerMinute), default))
                    .ShouldBe(await own.GetKlinesAsync(spec, interval, Start, Start + (2 * Micros.PerMinute), default));
            }

            var (one, other) = ((await theirs.GetLastTradesAsync([spec], default))[symbol], (await own.GetLastTradesAsync([spec], default))[symbol]);
            (one.LastId, one.Price).ShouldBe((other.LastId, other.Price));
        }
    }

    [Fact]
    public async Task Offset_IsHowFarTheExchangesClockIsAhead_AsOurOwnClientMeasuresIt()
    {
        await using var exchange = await FakeBinance.StartAsync(Tape, new FakeBinanceOptions { Clock = _clock, ClockOffset = TimeSpan.FromSeconds(3) });
        var budget = new ExchangeBudget(_clock, 100_000);
        using var transport = Connect(exchange, budget);
        using var theirs = new BinanceNetClient(transport, budget, _clock, NullLoggerFactory.Instance, RequestPriority.Live);

        (await theirs.MeasureOffsetAsync(default)).ShouldBe(3 * Micros.PerSecond);
        (await new BinanceRestClient(transport).MeasureOffsetAsync(default)).ShouldBe(3 * Micros.PerSecond);
    }

    [Fact]
    public async Task Budget_AloneDecides_AndIsTakenLikeOurOwnClientDoes()
    {
        await using var exchange = await FakeBinance.StartAsync(Tape, new FakeBinanceOptions { Clock = _clock });
        await exchange.PublishUntilAsync(Start + (3 * Micros.PerMinute));
        var budget = new ExchangeBudget(_clock, 60);
        using var transport = Connect(exchange, budget);
        using var client = new BinanceNetClient(transport, budget, _clock, NullLoggerFactory.Instance, RequestPriority.Repair);
        var spec = Tape.Symbols[Btc].Spec;

        // 48 of 60 are for repairs: one call of 25 fits, a second does not.
        await client.GetNewestTradesAsync(spec, 10, default);
        var refused = await Should.ThrowAsync<ExchangeUnavailableException>(() => client.GetNewestTradesAsync(spec, 10, default));

        refused.Message.ShouldContain("request weight");
        refused.RetryAfter.ShouldNotBeNull();
        exchange.Requests.Count(request => request.Contains("/trades", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Ban_StopsBothClients()
    {
        await using var exchange = await FakeBinance.StartAsync(Tape, new FakeBinanceOptions { Clock = _clock });
        await exchange.PublishUntilAsync(Start + (3 * Micros.PerMinute));
        var budget = new ExchangeBudget(_clock, 100_000);
        using var transport = Connect(exchange, budget);
        using var client = new BinanceNetClient(transport, budget, _clock, NullLoggerFactory.Instance, RequestPriority.Repair);
        exchange.Faults.FailRequests(429, times: 1, retryAfter: TimeSpan.FromSeconds(30));
        var spec = Tape.Symbols[Btc].Spec;

        var limited = await Should.ThrowAsync<ExchangeUnavailableException>(() => client.GetNewestTradesAsync(spec, 10, default));
        limited.RetryAfter.ShouldBe(TimeSpan.FromSeconds(30));
        var asked = exchange.Requests.Count;
        await Should.ThrowAsync<ExchangeUnavailableException>(() => client.GetNewestTradesAsync(spec, 10, default));
        await Should.ThrowAsync<ExchangeUnavailableException>(() => new BinanceRestClient(transport).GetNewestTradesAsync(spec, 10, default));
        exchange.Requests.Count.ShouldBe(asked);
    }

    private BinanceRestTransport Connect(FakeBinance exchange, IExchangeBudget budget) => new(
        new HttpClient { Timeout = Timeout.InfiniteTimeSpan }, new BinanceFeedOptions { RestEndpoint = exchange.RestUri, MarketDataRestEndpoint = exchange.MarketDataRestUri }, budget,
        new AccessMemory(null, _clock, NullLogger<AccessMemory>.Instance), _clock, new FeedInstruments(new PlainMeters()),
        NullLogger<BinanceRestTransport>.Instance);
}
