using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Portfolio;
using OrleansMarket.Feeds.Simulation;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Portfolio;

public class SimulatedDailyHistoryTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Closes_AreThoseOfTheSimulatedKlines_AndSaySo()
    {
        var options = new SimulatorOptions { TradesPerSecond = 0.05 };
        var clock = new ManualTimeProvider(Now);
        var closes = (await new SimulatedDailyHistory(options, clock).GetAsync(["BTC"], default))["BTC"];
        Assert.Equal(IDailyHistory.Days + 1, closes.Closes.Count);
        Assert.Equal(new DateOnly(2026, 1, 14), closes.Closes[^1].Day);
        Assert.Equal("SIMULATED (simulated-1-0.05)", closes.Source);

        // The exchange's way: every trade of the day, folded into a candle.
        var market = new SimulatedMarket(options);
        var spec = market[new Symbol("BTCUSDT")].Spec;
        var today = Micros.Floor(Micros.From(Now), Micros.PerDay);
        var klines = await new SimulatedExchange(market, clock).GetKlinesAsync(spec, CandleInterval.OneDay, today - (10 * Micros.PerDay), today, default);
        Assert.Equal(klines.Select(kline => spec.Price(kline.Close)), closes.Closes.TakeLast(10).Select(close => close.Price));
    }

    [Fact]
    public async Task Risk_OfASimulatedPortfolio_HasAllItsFigures()
    {
        var histories = await new SimulatedDailyHistory(new SimulatorOptions { TradesPerSecond = 0.05 }, new ManualTimeProvider(Now)).GetAsync(["BTC", "ETH", "USDT", "ANYTHING"], default);
        var worth = PortfolioValuation.Value(
            [.. histories.Keys.Select(asset => new Holding { Asset = asset, Quantity = 1 })],
            histories.Keys.ToDictionary(asset => asset, asset => new UnitPrice { Asset = asset, Usd = 100, Source = "SIMULATED", AsOf = Now }), Now);
        var risk = PortfolioRiskMeasure.Measure(worth, histories, Now);
        Assert.Equal(500, risk.ValueAtRisk99.Samples);
        Assert.InRange(risk.Volatility.Ratio!.Value, 0.05, 3);
        Assert.Equal(3, risk.Correlations.Count);
        Assert.Contains("SIMULATED", risk.ValueAtRisk99.Sources);
    }

    [Fact]
    public async Task BeforeTheMarketBegan_ThereIsNoClose()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2024, 1, 4, 1, 0, 0, TimeSpan.Zero));
        var closes = (await new SimulatedDailyHistory(new SimulatorOptions { TradesPerSecond = 0.05 }, clock).GetAsync(["BTC"], default))["BTC"];
        Assert.Equal([new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 2), new DateOnly(2024, 1, 3)], closes.Closes.Select(close => close.Day));
    }
}
