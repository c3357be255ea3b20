using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Simulation;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Simulation;

public sealed class SimulatedExchangeTests
{
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));

    private long Known => Micros.From(_clock.GetUtcNow()) - (200 * Micros.PerMillisecond);

    [Theory]
    [InlineData("BTCUSDT", 4, "1m")]
    [InlineData("PEPEUSDT", 4, "5m")]
    [InlineData("BTCIDR", 100, "1s")]
    public async Task Klines_AreThoseOfTheTrades(string name, double rate, string interval)
    {
        Assert.True(CandleInterval.TryParse(interval, out var window));
        var (exchange, spec, model) = Market(name, rate);
        var to = window.OpenOf(Known);
        var from = to - (50 * window.LengthMicros);

        var klines = await exchange.GetKlinesAsync(spec, window, from, to, CancellationToken.None);

        var truth = model.From(from).TakeWhile(print => print.TradeTimeMicros < to).ToLookup(print => window.OpenOf(print.TradeTimeMicros));
        Assert.Equal(Enumerable.Range(0, 50).Select(index => from + (index * window.LengthMicros)), klines.Select(kline => kline.OpenTimeMicros));
        Assert.All(klines, kline => AssertIs(truth[kline.OpenTimeMicros].ToList(), kline));
        Assert.All(klines, kline => Assert.Equal(CandleStatus.Verified, kline.Status));
    }

    [Fact]
    public async Task Klines_OfADayLeadWithoutAStepToWhatFollows()
    {
        var (exchange, spec, model) = Market("BTCUSDT", 5);
        var minute = CandleInterval.OneMinute.OpenOf(Known);

        var klines = await exchange.GetKlinesAsync(spec, CandleInterval.OneMinute, minute - Micros.PerDay, minute, CancellationToken.None);

        var next = model.From(minute).First();
        Assert.Equal(1_440, klines.Count);
        Assert.Equal(next.FirstId - model.FirstIdAt(minute - Micros.PerDay), klines.Sum(kline => kline.TradeCount));
        Assert.Equal(await exchange.FindFirstIdAsync(spec, minute, CancellationToken.None), next.FirstId);
        Assert.InRange(next.Price / (double)klines[^1].Close, 0.99, 1.01);
    }

    [Fact]
    public async Task Klines_OfWindowsWithoutTradesCarryTheClose()
    {
        var (exchange, spec, _) = Market("DOTUSDT", 0.2);
        var to = CandleInterval.OneSecond.OpenOf(Known);

        var klines = await exchange.GetKlinesAsync(spec, CandleInterval.OneSecond, to - Micros.PerHour, to, CancellationToken.None);

        Assert.Equal(3_600, klines.Count);
        var quiet = klines.Zip(klines.Skip(1)).Where(pair => pair.Second.TradeCount == 0).ToList();
        Assert.True(quiet.Count > 1_000);
        Assert.All(quiet, pair => Assert.True(
            pair.Second.Open == pair.First.Close && pair.Second.High == pair.First.Close && pair.Second.Close == pair.First.Close
            && pair.Second.Volume == 0 && pair.Second.Flags == (CandleFlags.FromExchange | CandleFlags.Carried)));
    }

    [Fact]
    public async Task Klines_OfARunningWindowAreOpenAndHoldWhatIsKnown()
    {
        var (exchange, spec, model) = Market("BTCUSDT", 20);
        var open = CandleInterval.OneMinute.OpenOf(Known);

        var kline = Assert.Single(await exchange.GetKlinesAsync(spec, CandleInterval.OneMinute, open, open + Micros.PerDay, CancellationToken.None));

        Assert.Equal(CandleStatus.Open, kline.Status);
        AssertIs([.. model.From(open).TakeWhile(print => print.TradeTimeMicros < Known)], kline);
    }

    [Fact]
    public async Task Klines_OfABusyMarketBeginLater()
    {
        var (exchange, spec, model) = Market("BTCUSDT", 30_000);
        var to = CandleInterval.OneMinute.OpenOf(Known);

        var klines = await exchange.GetKlinesAsync(spec, CandleInterval.OneMinute, to - Micros.PerDay, to, CancellationToken.None);

        Assert.InRange(klines.Count, 2, 1_439);
        Assert.Equal(to - Micros.PerMinute, klines[^1].OpenTimeMicros);
        Assert.InRange(klines.Sum(kline => kline.TradeCount), SimulatedExchange.MaxTradesPerAnswer / 2, SimulatedExchange.MaxTradesPerAnswer);
        Assert.Equal(model.FirstIdAt(to) - model.FirstIdAt(klines[0].OpenTimeMicros), klines.Sum(kline => kline.TradeCount));
    }

    [Fact]
    public async Task LastTrade_IsTheNewestThatTheHistoryKnows()
    {
        var (exchange, spec, model) = Market("ETHUSDT", 20);

        var last = (await exchange.GetLastTradesAsync([spec], CancellationToken.None))[spec.Symbol];

        var truth = model.From(Known - Micros.PerMinute).TakeWhile(print => print.TradeTimeMicros < Known).Last();
        Assert.Equal(new LastTrade(truth.LastId, truth.Price, Known), last);
    }

    [Fact]
    public async Task FindFirstId_KnowsNoFuture()
    {
        var (exchange, spec, _) = Market("ETHUSDT", 20);

        Assert.Null(await exchange.FindFirstIdAsync(spec, Known + Micros.PerSecond, CancellationToken.None));
        Assert.NotNull(await exchange.FindFirstIdAsync(spec, Known - Micros.PerMinute, CancellationToken.None));
    }

    [Fact]
    public async Task Repair_ComesInPartsAndWaitsForTheHistory()
    {
        var (exchange, spec, model) = Market("BTCUSDT", 2_000);
        var missing = new IdRange(model.FirstIdAt(Known - (4 * Micros.PerMinute)), model.FirstIdAt(Known) + 5);
        var found = new List<Print>();
        var rest = missing;
        GapRepair repair;
        do
        {
            repair = await exchange.RepairAsync(spec, [new Gap(rest, 0, 0, GapState.Open)], missing.Last + 1, CancellationToken.None);
            found.AddRange(repair.Prints);
            rest = Assert.Single(repair.Outcomes[0].Remaining);
            Assert.NotNull(repair.Outcomes[0].Reason);
        }
        while (repair.Prints.Count == SimulatedExchange.MaxTradesPerRepair);

        Assert.True(found.Count > SimulatedExchange.MaxTradesPerRepair);
        Assert.Equal(new IdRange(missing.Last - 5, missing.Last), rest);
        _clock.Advance(repair.Outcomes[0].RetryAfter!.Value + TimeSpan.FromSeconds(1));
        repair = await exchange.RepairAsync(spec, [new Gap(rest, 0, 0, GapState.Open)], missing.Last + 1, CancellationToken.None);

        Assert.Empty(repair.Outcomes[0].Remaining);
        Assert.Equal(model.FromId(missing.First).TakeWhile(print => print.FirstId <= missing.Last), found.Concat(repair.Prints));
    }

    [Fact]
    public async Task OtherScale_IsRefusedInWords()
    {
        var (exchange, spec, _) = Market("BTCUSDT", 20);

        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => exchange.RepairAsync(SymbolSpec.Widest(spec.Symbol), [new Gap(new IdRange(1, 2), 0, 0, GapState.Open)], 3, CancellationToken.None));

        Assert.Contains("expected BTCUSDT with 2 and 5 decimals", error.Message);
    }

    private (SimulatedExchange Exchange, SymbolSpec Spec, MarketModel Model) Market(string name, double rate)
    {
        var market = new SimulatedMarket(new() { TradesPerSecond = rate });
        var model = market[new Symbol(name)];
        return (new SimulatedExchange(market, _clock), model.Spec, model);
    }

    private static void AssertIs(List<Print> trades, Candle kline)
    {
        Assert.Equal(trades.Count, kline.TradeCount);
        if (trades.Count > 0)
        {
            Assert.Equal(
                (trades[0].Price, trades.Max(print => print.Price), trades.Min(print => print.Price), trades[^1].Price),
                (kline.Open, kline.High, kline.Low, kline.Close));
            Assert.Equal(
                (Sum(trades, print => print.Quantity), Sum(trades, print => print.QuoteAmount)), (kline.Volume, kline.QuoteVolume));
            var bought = trades.Where(print => print.Taker == TakerSide.Buy).ToList();
            Assert.Equal((Sum(bought, print => print.Quantity), Sum(bought, print => print.QuoteAmount)), (kline.TakerBuyVolume, kline.TakerBuyQuoteVolume));
        }
    }

    private static Int128 Sum(List<Print> prints, Func<Print, Int128> value) => prints.Aggregate((Int128)0, (sum, print) => sum + value(print));
}
