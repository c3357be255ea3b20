using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Analytics;

public class UsdRateTests
{
    private static readonly SymbolSpec Bitcoin = new(new Symbol("ETHBTC"), 5, 3) { BaseAsset = "ETH", QuoteAsset = "BTC" };

    [Theory]
    [InlineData("USDT")]
    [InlineData("USDC")]
    [InlineData("FDUSD")]
    public void Describe_LabelsAStablecoinAssumedUntilMeasured(string asset)
    {
        var spec = new SymbolSpec(new Symbol("BTC" + asset), 2, 5) { QuoteAsset = asset };
        var tested = new AnalyticsUnderTest(spec: spec);
        Assert.Equal(new UsdRate(asset, 1, 0, "assumed"), tested.Figures.QuoteUsdRate);
        Assert.Equal("USD", tested.Figures.Whale.Unit);

        var tape = new AnalyticsTape(spec).Rate(0.98, "kraken").ToMinute();
        tape.Play(tested);
        Assert.Equal(new UsdRate(asset, 0.98, AnalyticsTape.Start, "kraken"), tested.Figures.QuoteUsdRate);
    }

    [Theory]
    [InlineData("USDT")]
    [InlineData("BTC")]
    public void OnRate_CountsNoMoreOnceItIsAnHourOld(string asset)
    {
        var spec = new SymbolSpec(new Symbol("ETH" + asset), 5, 3) { BaseAsset = "ETH", QuoteAsset = asset };
        var tested = new AnalyticsUnderTest(spec: spec);
        var tape = new AnalyticsTape(spec).Rate(0.98, "kraken").Seconds(60 * 60);
        tape.Play(tested);
        Assert.Equal(new UsdRate(asset, 0.98, AnalyticsTape.Start, "kraken"), tested.Figures.QuoteUsdRate);

        var restored = new AnalyticsUnderTest(spec: spec);
        restored.Load(tested.Save());
        var from = tape.Calls.Count;
        tape.Seconds().Play(from, tape.Calls.Count, tested, restored);
        UsdRate? expected = asset == "USDT" ? new UsdRate(asset, 1, 0, "assumed") : null;
        Assert.Equal((expected, expected), (tested.Figures.QuoteUsdRate, restored.Figures.QuoteUsdRate));

        // A new one counts again, from the next minute.
        from = tape.Calls.Count;
        tape.Rate(0.97, "kraken").Seconds(60).Play(from, tape.Calls.Count, tested);
        Assert.Equal(0.97, tested.Figures.QuoteUsdRate?.Rate);
    }

    [Fact]
    public void OnRate_HoldsFromTheNextMinute()
    {
        var tested = new AnalyticsUnderTest(new AnalyticsOptions { WhaleFloor = 1 });
        new AnalyticsTape().Seconds().Rate(2).Trade(100, 100_000).Seconds(58).Trade(100, 200_000).ToMinute().Trade(100, 300_000).Seconds().Play(tested);
        Assert.Equal([1, 2, 6.0], tested.Whales.Select(sweep => sweep.NotionalUsd));
    }

    [Fact]
    public void OnRate_WaitsForTheMinuteAfterItsOwnTime()
    {
        // A tape that waits behind a gap lags the rates: one measured ten minutes ahead does not hold before.
        var tested = new AnalyticsUnderTest();
        var tape = new AnalyticsTape();
        tape.Rate(2, time: tape.Now + (10 * Micros.PerMinute)).Rate(3, time: tape.Now + (11 * Micros.PerMinute) + 1);
        tape.Seconds((11 * 60) - 1).Play(tested);
        Assert.Equal(1, tested.Figures.QuoteUsdRate!.Value.Rate);
        var from = tape.Calls.Count;
        tape.Seconds().Play(from, tape.Calls.Count, tested);
        Assert.Equal(2, tested.Figures.QuoteUsdRate!.Value.Rate);
        from = tape.Calls.Count;
        tape.Seconds(60).Play(from, tape.Calls.Count, tested);
        Assert.Equal(3, tested.Figures.QuoteUsdRate!.Value.Rate);
    }

    [Fact]
    public void OnRate_MeasuredEarlierHoldsFromTheMinuteAfterItCame()
    {
        var tested = new AnalyticsUnderTest();
        var tape = new AnalyticsTape().Seconds(30);
        tape.Rate(2, time: tape.Now - (10 * Micros.PerMinute)).Seconds(29).Play(tested);
        Assert.Equal(1, tested.Figures.QuoteUsdRate!.Value.Rate);
        var from = tape.Calls.Count;
        tape.Seconds().Play(from, tape.Calls.Count, tested);
        Assert.Equal(2, tested.Figures.QuoteUsdRate!.Value.Rate);
    }

    [Fact]
    public void OnRate_TakesTheLastOfAMinute()
    {
        var tested = new AnalyticsUnderTest();
        new AnalyticsTape().Rate(2).Seconds(5).Rate(3).ToMinute().Play(tested);
        Assert.Equal(3, tested.Figures.QuoteUsdRate!.Value.Rate);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void OnRate_IgnoresWhatIsNoRate(double rate)
    {
        var tested = new AnalyticsUnderTest();
        new AnalyticsTape().Rate(rate).ToMinute().Play(tested);
        Assert.Equal(1, tested.Figures.QuoteUsdRate!.Value.Rate);
    }

    [Fact]
    public void OnRate_IgnoresOtherAssetsAndOlderTimes()
    {
        var tested = new AnalyticsUnderTest();
        var tape = new AnalyticsTape().Rate(2).Rate(9, asset: "BTC").Rate(8, time: AnalyticsTape.Start - 1).ToMinute();
        tape.Rate(7, time: AnalyticsTape.Start - 1).ToMinute().Play(tested);
        Assert.Equal(2, tested.Figures.QuoteUsdRate!.Value.Rate);
    }

    [Fact]
    public void OnRate_KeepsTheNewestOfMoreThanMayWait()
    {
        var tested = new AnalyticsUnderTest();
        var tape = new AnalyticsTape();
        for (var minute = 1; minute <= QuoteRate.MaxPending + 6; minute++)
        {
            tape.Rate(minute, time: tape.Now + (minute * Micros.PerMinute));
        }

        tape.Seconds(60 * (QuoteRate.MaxPending + 10)).Play(tested);
        Assert.Equal(QuoteRate.MaxPending + 6, tested.Figures.QuoteUsdRate!.Value.Rate);
    }

    [Fact]
    public void WithoutARate_NotionalStaysInQuoteUnitsAndUsdSignalsSaySo()
    {
        var tested = new AnalyticsUnderTest(new AnalyticsOptions { WhaleFloor = 3 }, Bitcoin);
        new AnalyticsTape(Bitcoin).Trade(5_000, 60_000).Trade(5_000, 59_999, TakerSide.Sell).Seconds().Play(tested);
        var whale = Assert.Single(tested.Whales);
        Assert.True(double.IsNaN(whale.NotionalUsd));
        Assert.Equal(3, whale.Threshold);
        Assert.Equal(Figure.None(FigureStatus.NoUsdRate), tested.Frame[Signal.WhaleNotional]);
        Assert.Null(tested.Figures.QuoteUsdRate);
        Assert.Equal(new WhaleFigures(3, "BTC", 2, true), tested.Figures.Whale);
    }

    [Fact]
    public void WithARate_TheFloorIsInUsd()
    {
        var tested = new AnalyticsUnderTest(new AnalyticsOptions { WhaleFloor = 200_000 }, Bitcoin);
        new AnalyticsTape(Bitcoin).Rate(60_000, "BTCUSDT").ToMinute().Trade(5_000, 60_000).Trade(5_000, 70_000, TakerSide.Sell).Seconds().Play(tested);
        Assert.Equal(3.5 * 60_000, Assert.Single(tested.Whales).NotionalUsd, 6);
        Assert.Equal(3.5 * 60_000, tested.Frame[Signal.WhaleNotional].Value, 6);
        Assert.Equal("USD", tested.Figures.Whale.Unit);
    }
}
