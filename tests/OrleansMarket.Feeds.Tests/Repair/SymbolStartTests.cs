using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Rest;
using OrleansMarket.Feeds.Repair;
using OrleansMarket.Feeds.Tests.Binance;
using OrleansMarket.Feeds.Tests.Binance.Rest;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Feeds.Tests.Repair;

/// <summary>A cold start, over HTTP, against an exchange whose REST answers lag.</summary>
public sealed class SymbolStartTests
{
    private const long Start = 1_767_225_600_000_000;
    private static readonly Symbol Btc = new("BTCUSDT");
    private static readonly FakeTape Tape = FakeTape.FromModel(Start, TimeSpan.FromMinutes(6), 6, seed: 5, Btc.Value);

    private static readonly long Boundary = Start + (4 * Micros.PerMinute);

    private readonly ManualTimeProvider _clock = new(Micros.ToInstant(Boundary + Micros.PerSecond));
    private readonly StoredCandles _candles = new();
    private readonly OneEngine _engine = new();

    private static SymbolSpec Spec => Tape.Symbols[Btc].Spec;

    private static Print[] Trades => Tape.Symbols[Btc].Trades;

    [Fact]
    public async Task SettledMinutes_AreTaken_AndTheRunningOneIsOwedFromItsFirstTrade()
    {
        await using var exchange = await StartAsync(Boundary + Micros.PerSecond);
        await BeginAsync(exchange);

        AssertTaken(Boundary);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(400)]
    public async Task KlineThatLacksTrades_IsReadByIdInstead(int lag)
    {
        await using var exchange = await StartAsync(Boundary + Micros.PerSecond);
        var (young, settled) = (CountBetween(Boundary, Boundary + Micros.PerSecond), Boundary);
        exchange.Faults.LagKlines(young + lag);
        await BeginAsync(exchange);

        for (var left = lag; left > 0; settled -= Micros.PerMinute)
        {
            left -= CountBetween(settled - Micros.PerMinute, settled);
        }

        AssertTaken(settled);
    }

    [Fact]
    public async Task MinuteWithoutALaterTrade_IsReadById()
    {
        // The exchange has told nobody yet of the last seconds before the boundary, neither by kline nor by id.
        await using var exchange = await StartAsync(Boundary - (2 * Micros.PerSecond));
        await BeginAsync(exchange);

        AssertTaken(Boundary - Micros.PerMinute);
    }

    [Fact]
    public async Task QuietSymbol_GoesOnAfterItsLastTrade_AndKeepsItsOldMinutes()
    {
        await using var exchange = await StartAsync(Boundary);
        _clock.Advance(TimeSpan.FromMinutes(20));
        await BeginAsync(exchange);

        Assert.Equal(Trades.First(trade => trade.TradeTimeMicros >= Boundary).FirstId, _engine.Session.Engine.NextId);
        AssertMinutes(Boundary);
    }

    [Fact]
    public async Task LaggingStart_OwesNothingOnceItsTradesHaveCome()
    {
        await using var exchange = await StartAsync(Boundary - (2 * Micros.PerSecond));
        await BeginAsync(exchange);
        foreach (var trade in Trades.Where(trade => trade.FirstId >= _engine.Session.Engine.NextId))
        {
            Assert.Equal(ApplyResult.Accepted, _engine.Session.Apply(new ReceivedPrint(trade, trade.TradeTimeMicros, trade.TradeTimeMicros)));
        }

        await exchange.PublishAllAsync();
        var truth = exchange.Candles(Btc, CandleInterval.OneMinute).Single(candle => candle.OpenTimeMicros == Boundary - Micros.PerMinute);
        var candle = _engine.Session.TakeCommit().Candles.Single(candle => candle.Interval == CandleInterval.OneMinute && candle.OpenTimeMicros == truth.OpenTimeMicros);
        Assert.Equal((CandleStatus.Complete, CandleFlags.None), (candle.Status, candle.Flags));
        Assert.Equal((truth.TradeCount, truth.Close, truth.Volume), (candle.TradeCount, Spec.Price(candle.Close), Spec.Quantity(candle.Volume)));
    }

    [Fact]
    public async Task LongerCandles_ThatTheMinutesProve_AreStoredAtOnce()
    {
        // The tape begins at midnight: five minutes are a whole window, fifteen are not.
        _clock.Advance(TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(20));
        await using var exchange = await StartAsync(Start + (6 * Micros.PerMinute));
        await BeginAsync(exchange);

        var truth = TrueCandle.Of(Spec, Trades.Where(trade => trade.TradeTimeMicros < Start + (5 * Micros.PerMinute)), 5 * Micros.PerMinute).Single();
        var candle = Assert.Single(_candles.Stored, candle => candle.Interval != CandleInterval.OneMinute);
        Assert.Equal((CandleInterval.FiveMinutes, Start, CandleStatus.Verified, CandleFlags.FromExchange), (candle.Interval, candle.OpenTimeMicros, candle.Status, candle.Flags));
        Assert.Equal(
            (truth.Open, truth.High, truth.Low, truth.Close, truth.Volume, truth.QuoteVolume, truth.TradeCount, truth.TakerBuyVolume),
            (Spec.Price(candle.Open), Spec.Price(candle.High), Spec.Price(candle.Low), Spec.Price(candle.Close), Spec.Quantity(candle.Volume), Spec.Quote(candle.QuoteVolume),
                candle.TradeCount, Spec.Quantity(candle.TakerBuyVolume)));
    }

    private static int CountBetween(long from, long to) => Trades.Count(trade => trade.TradeTimeMicros >= from && trade.TradeTimeMicros < to);

    private void AssertTaken(long settledTo)
    {
        Assert.Equal(Trades.First(trade => trade.TradeTimeMicros >= settledTo).FirstId, _engine.Session.Engine.NextId);
        AssertMinutes(settledTo);
    }

    private void AssertMinutes(long settledTo)
    {
        var truth = TrueCandle.Of(Spec, Trades.Where(trade => trade.TradeTimeMicros < settledTo), Micros.PerMinute);
        var taken = _candles.Stored.Where(candle => candle.Interval == CandleInterval.OneMinute && candle.TradeCount > 0).ToArray();
        Assert.Equal(
            truth.Select(candle => (candle.OpenTimeMicros, candle.TradeCount, candle.Close)),
            taken.Select(candle => (candle.OpenTimeMicros, candle.TradeCount, Spec.Price(candle.Close))));
    }

    private async Task<FakeBinance> StartAsync(long happenedTo)
    {
        var exchange = await FakeBinance.StartAsync(Tape, new FakeBinanceOptions { Clock = _clock });
        exchange.SkipUntil(happenedTo);
        return exchange;
    }

    private async Task BeginAsync(FakeBinance exchange)
    {
        var options = RunningFeed.OptionsFor(exchange);
        using var transport = new BinanceRestTransport(
            new HttpClient(), options, new ExchangeBudget(_clock, options.WeightPerMinute), new AccessMemory(null, _clock, NullLogger<AccessMemory>.Instance), _clock,
            StubExchange.Metrics(), NullLogger<BinanceRestTransport>.Instance);
        var start = new SymbolStart(new StubLog([]), _candles, new BinanceRestClient(transport), _clock, NullLogger<SymbolStart>.Instance);
        await start.BeginAsync(_engine.Session, state: null, CancellationToken.None);
    }
}
