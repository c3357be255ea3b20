using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Rest;
using OrleansMarket.Feeds.Repair;
using OrleansMarket.Feeds.Tests.Binance;
using OrleansMarket.Feeds.Tests.Binance.Rest;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Feeds.Tests.Repair;

/// <summary>Planner and REST client together, over HTTP, against the fake exchange.</summary>
public sealed class FakeExchangeRepairTests
{
    private const long Start = 1_767_225_600_000_000;
    private static readonly Symbol Btc = new("BTCUSDT");
    // It stands still: what a request weighs counts for the minute in which it is asked.
    private readonly ManualTimeProvider _clock = new(Micros.ToInstant(Start).AddMinutes(3));

    private static readonly FakeTape Tape = FakeTape.FromModel(Start, TimeSpan.FromMinutes(3), 60, seed: 11, "BTCUSDT");

    [Theory]
    [InlineData(false, false, "historicalTrades")]
    [InlineData(true, false, "aggTrades")] // 451: the market-data host
    [InlineData(false, true, "aggTrades")] // 404: not served after all
    public async Task RepairAsync_ClosesAnOldHoleByWhateverTheHostServes(bool restricted, bool hidden, string operation)
    {
        await using var exchange = await StartAsync();
        exchange.Faults.Restricted = restricted;
        exchange.Faults.HideHistoricalTrades = hidden;
        using var transport = Connect(exchange);
        var client = new BinanceRestClient(transport, RequestPriority.Repair);
        var (spec, tape) = Tape.Symbols[Btc];
        var planner = new GapRepairPlanner(client, new StubLog(tape.Where((_, index) => index is < 500 or > 1_000)), TimeProvider.System, StubExchange.Metrics());
        var gap = new Gap(new IdRange(tape[500].FirstId, tape[1_000].FirstId), tape[499].TradeTimeMicros, tape[1_001].TradeTimeMicros, GapState.Open);

        var repair = await planner.RepairAsync(spec, [gap], tape[^1].LastId + 1, default);

        Assert.Empty(Assert.Single(repair.Outcomes).Remaining);
        Assert.Equal(501, repair.Prints.Sum(print => print.TradeCount));
        Assert.Equal(tape[500..1_001].Sum(trade => trade.Quantity), repair.Prints.Sum(print => print.Quantity));
        Assert.Equal(operation == "historicalTrades" ? 501 : 0, repair.Prints.Count(print => print.TradeCount == 1 && operation == "historicalTrades"));
        Assert.Contains(exchange.Requests, request => request.Contains(operation, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, 0, 50)] // one page of the newest trades and one of those before
    [InlineData(false, 120, 50)] // the database lags: nothing of what was lost
    [InlineData(true, 0, 33)] // the market-data host: the newest trades, the rest cut out of aggregates
    public async Task TwoHundredSingleTrades_CostOneOrTwoRequests(bool restricted, int lag, int weight)
    {
        await using var exchange = await StartAsync();
        exchange.Faults.Restricted = restricted;
        exchange.Faults.Lag(lag);
        using var transport = Connect(exchange);
        var client = new BinanceRestClient(transport, RequestPriority.Repair);
        var (spec, tape) = Tape.Symbols[Btc];
        await client.GetLastTradesAsync([spec], default); // the host is known
        var before = (await transport.Budget.TakeAsync(0, RequestPriority.Live, default)).Used;

        // From among the newest 1,000 ids to well before them.
        var last = tape.Length - 200;
        var lost = Enumerable.Range(0, 200).Select(n => last - (5 * n)).Order().ToArray();
        var planner = new GapRepairPlanner(
            client, new StubLog(tape.Where((_, index) => !lost.Contains(index))), TimeProvider.System, StubExchange.Metrics());
        var repair = await planner.RepairAsync(
            spec, [.. lost.Select(index => new Gap(new(tape[index].FirstId, tape[index].FirstId), tape[index - 1].TradeTimeMicros, tape[index + 1].TradeTimeMicros, GapState.Open))],
            tape[^1].LastId + 1, default);

        Assert.All(repair.Outcomes, outcome => Assert.Empty(outcome.Remaining));
        Assert.Equal(lost.Select(index => tape[index]), repair.Prints);
        Assert.InRange((await transport.Budget.TakeAsync(0, RequestPriority.Live, default)).Used - before, 1, weight);
    }

    [Fact]
    public async Task Client_ReadsSpecsLastTradesFirstIdsAndKlinesOverHttp()
    {
        await using var exchange = await StartAsync();
        using var transport = Connect(exchange);
        var client = new BinanceRestClient(transport);
        var (spec, tape) = Tape.Symbols[Btc];

        var read = (await client.GetSpecsAsync([Btc, new Symbol("NOSUCH")], default)).Single().Value;
        Assert.Equal((spec.Symbol, spec.PriceDecimals, spec.QuantityDecimals), (read.Symbol, read.PriceDecimals, read.QuantityDecimals));
        Assert.Equal(tape[^1].LastId, (await client.GetLastTradesAsync([spec], default))[Btc].LastId);
        Assert.Equal(tape.First(trade => trade.TradeTimeMicros >= Start + Micros.PerMinute).FirstId, await client.FindFirstIdAsync(spec, Start + Micros.PerMinute, default));

        var kline = (await client.GetKlinesAsync(spec, CandleInterval.OneMinute, Start + Micros.PerMinute, Start + (2 * Micros.PerMinute), default)).Single();
        var truth = exchange.Candles(Btc, CandleInterval.OneMinute).Single(candle => candle.OpenTimeMicros == kline.OpenTimeMicros);
        Assert.Equal(
            (truth.Open, truth.Close, truth.Volume, truth.QuoteVolume, truth.TradeCount, truth.TakerBuyQuoteVolume),
            (spec.Price(kline.Open), spec.Price(kline.Close), spec.Quantity(kline.Volume), spec.Quote(kline.QuoteVolume), kline.TradeCount, spec.Quote(kline.TakerBuyQuoteVolume)));
    }

    private async Task<FakeBinance> StartAsync()
    {
        var exchange = await FakeBinance.StartAsync(Tape, new FakeBinanceOptions { Clock = _clock });
        await exchange.PublishAllAsync();
        return exchange;
    }

    private BinanceRestTransport Connect(FakeBinance exchange)
    {
        var options = RunningFeed.OptionsFor(exchange);
        return new BinanceRestTransport(
            new HttpClient(), options, new ExchangeBudget(_clock, options.WeightPerMinute), new AccessMemory(null, _clock, NullLogger<AccessMemory>.Instance), _clock,
            StubExchange.Metrics(), NullLogger<BinanceRestTransport>.Instance);
    }
}
