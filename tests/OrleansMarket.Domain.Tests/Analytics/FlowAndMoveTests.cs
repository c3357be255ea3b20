using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Analytics;

public class FlowAndMoveTests
{
    private const long OneUnit = 100_000;

    [Fact]
    public void BuyShare_IsBoughtOverBoth_AndTheRatioBoughtOverSold()
    {
        var flow = Play(new AnalyticsTape().Trade(100, 3 * OneUnit).Trade(100, OneUnit, TakerSide.Sell).Seconds(60)).Figures.Flow[0];
        Assert.Equal(("1m", 3m, 1m), (flow.Window, flow.TakerBuyVolume, flow.TakerSellVolume));
        Assert.Equal(Figure.Of(0.75, 2), flow.BuyShare);
        Assert.Equal(Figure.Of(3, 2), flow.BuySellRatio);
    }

    [Fact]
    public void BuySellRatio_IsUndefinedWhenNothingWasSold_AndTheShareIsNot()
    {
        var flow = Play(new AnalyticsTape().Trade(100, OneUnit).Seconds(60)).Figures.Flow[0];
        Assert.Equal(Figure.Of(1, 1), flow.BuyShare);
        Assert.Equal(Figure.None(FigureStatus.Undefined, 1), flow.BuySellRatio);
    }

    [Fact]
    public void BuyShare_OfAWindowWithoutTradesIsUndefined()
    {
        var flow = Play(new AnalyticsTape().Trade(100, OneUnit).Seconds(61)).Figures.Flow[0];
        Assert.Equal(Figure.None(FigureStatus.Undefined), flow.BuyShare);
        Assert.Equal(Figure.None(FigureStatus.Undefined), flow.BuySellRatio);
    }

    [Theory]
    [InlineData(60, 59, FigureStatus.NotEnoughHistory)]
    [InlineData(60, 60, FigureStatus.Ok)]
    [InlineData(60, 61, FigureStatus.Undefined)]
    [InlineData(300, 299, FigureStatus.NotEnoughHistory)]
    [InlineData(300, 300, FigureStatus.Ok)]
    [InlineData(300, 301, FigureStatus.Undefined)]
    public void BuyShare_CoversExactlyItsWindow(int window, int seconds, FigureStatus expected)
    {
        // Traded in the first second: in [start, start + window), out one second later.
        var frame = Play(new AnalyticsTape().Trade(100, OneUnit).Seconds(seconds)).Frame;
        Assert.Equal(expected, frame[window == 60 ? Signal.BuyShare1m : Signal.BuyShare5m].Status);
    }

    [Theory]
    [InlineData(59, FigureStatus.NotEnoughHistory)]
    [InlineData(60, FigureStatus.Ok)]
    [InlineData(61, FigureStatus.Undefined)]
    public void BuyShare1h_CoversTheLast60CompleteMinutes(int minutes, FigureStatus expected)
    {
        var frame = Play(new AnalyticsTape().Trade(100, OneUnit).Seconds(minutes * 60)).Frame;
        Assert.Equal(expected, frame[Signal.BuyShare1h].Status);
    }

    [Fact]
    public void ATradeOnTheBoundary_BelongsToTheNextWindow()
    {
        var tape = new AnalyticsTape().Trade(100, OneUnit, offset: 999_999).Seconds().Trade(100, OneUnit, TakerSide.Sell).Seconds(59);
        Assert.Equal(0.5, Play(tape).Frame[Signal.BuyShare1m].Value);
        Assert.Equal(0, Play(tape.Seconds()).Frame[Signal.BuyShare1m].Value);
    }

    [Fact]
    public void PriceMove_ComparesWithTheLastPriceBeforeTheWindow()
    {
        var tape = new AnalyticsTape().Trade(100, 1).Trade(200, 1).Seconds().Trade(210, 1).Seconds(59);
        Assert.Equal(FigureStatus.NotEnoughHistory, Play(tape).Frame[Signal.PriceMove1m].Status);
        Assert.Equal(Figure.Of(5, 1), Rounded(Play(tape.Seconds()).Frame[Signal.PriceMove1m]));
        Assert.Equal(Figure.Of(0, 0), Play(tape.Seconds()).Frame[Signal.PriceMove1m]);
    }

    [Fact]
    public void PriceMove5m_IsSigned()
    {
        var tape = new AnalyticsTape().Trade(200, 1).Seconds(1).Trade(150, 1).Seconds(300);
        Assert.Equal(Figure.Of(-25, 1), Play(tape).Frame[Signal.PriceMove5m]);
    }

    [Fact]
    public void PriceMove1hAnd24h_AreMeasuredFromWholeMinutes()
    {
        var tape = new AnalyticsTape().Trade(100, 1).Seconds(60).Trade(150, 1).Seconds(60);
        tape.Seconds((24 * 3_600) - 60).Trade(300, 1).Seconds(30);
        var changes = Play(tape).Figures.PriceChangePercent;

        // Half a minute past: from the boundary 24 h before the last one.
        Assert.Equal(200, changes["24h"].Value, 9);
        Assert.Equal(100, changes["1h"].Value, 9);
        Assert.Equal(100, changes["5m"].Value, 9);
        changes = Play(tape.Seconds(30)).Figures.PriceChangePercent;
        Assert.Equal(100, changes["24h"].Value, 9);
    }

    [Fact]
    public void PriceMove24h_NeedsTheWholeDay()
    {
        var tape = new AnalyticsTape().Trade(100, 1).Seconds(24 * 3_600);
        Assert.Equal(FigureStatus.NotEnoughHistory, Play(tape).Figures.PriceChangePercent["24h"].Status);
        Assert.Equal(FigureStatus.Ok, Play(tape.Seconds(60)).Figures.PriceChangePercent["24h"].Status);
    }

    [Fact]
    public void BeforeTheFirstTrade_ThereIsNoData()
    {
        var tested = Play(new AnalyticsTape().Seconds(400));
        Assert.All(tested.Figures.PriceChangePercent.Values, figure => Assert.Equal(FigureStatus.NoData, figure.Status));
        Assert.Equal(FigureStatus.NoData, tested.Frame[Signal.PriceMove1m].Status);
        Assert.Equal(FigureStatus.NoData, tested.Frame[Signal.Volatility1h].Status);
        Assert.Equal(FigureStatus.NoData, tested.Frame[Signal.VolumeSpike].Status);
        Assert.Equal(0, tested.Frame.Price);
        Assert.Equal(0, tested.Figures.Volatility.CarriedMinutes24h);
    }

    [Fact]
    public void OnSecond_FillsTimeAndPriceAndLeavesTheOtherSignalsAlone()
    {
        var tested = new AnalyticsUnderTest();
        tested.Frame[Signal.Lag] = Figure.Of(3, 1);
        new AnalyticsTape().Trade(100, 1).Seconds().Play(tested);
        Assert.Equal((AnalyticsTape.Start + Micros.PerSecond, 100), (tested.Frame.TimeMicros, tested.Frame.Price));
        Assert.Equal(Figure.Of(3, 1), tested.Frame[Signal.Lag]);
    }

    [Fact]
    public void Describe_IsAsOfTheLastSecondEnded()
    {
        var tape = new AnalyticsTape().Trade(100, 1).Seconds().Trade(200, OneUnit).Seconds(60);
        var before = Play(tape).Figures;
        var after = Play(tape.Trade(400, OneUnit, TakerSide.Sell)).Figures;
        Assert.Equal(before.PriceChangePercent, after.PriceChangePercent);
        Assert.Equal(before.Flow, after.Flow);
        Assert.Equal(before.Volatility, after.Volatility);
    }

    [Fact]
    public void Refill_GivesTheLastSecondWithTheRevisedMinuteAndNoWhaleTwice()
    {
        var tape = new AnalyticsTape();
        for (var minute = 0; minute < 61; minute++)
        {
            tape.Trade(100_000_000, 1_000_000, minute % 2 == 0 ? TakerSide.Buy : TakerSide.Sell).ToMinute();
        }

        tape.Trade(100_000_000, 1_000_000).Seconds().Trade(200_000_000, 1_000_000, TakerSide.Sell).Trade(100_000_000, 1_000_000);
        var tested = Play(tape);
        Assert.Equal(FigureStatus.Ok, tested.Frame[Signal.WhaleNotional].Status);
        Assert.Equal(0, tested.Frame[Signal.Volatility1h].Value);
        tested.OnMinuteRevised(tape.Minutes[(tape.Now / Micros.PerMinute) - 2] with { Close = 150_000_000 });
        tested.Analytics.Refill(tested.Frame);
        Assert.Equal((tape.Now, 100_000_000), (tested.Frame.TimeMicros, tested.Frame.Price));
        Assert.True(tested.Frame[Signal.Volatility1h].Value > 0);
        Assert.Equal(Figure.None(FigureStatus.Undefined), tested.Frame[Signal.WhaleNotional]);

        // The whale of the running second is told at its end.
        tested.OnSecond(tape.Now + Micros.PerSecond);
        Assert.Equal(2_000_000 * 10, tested.Frame[Signal.WhaleNotional].Value, 6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1_000_000)]
    public void OnSecond_RefusesWhatIsNotALaterSecond(long offset)
    {
        var tested = Play(new AnalyticsTape().Seconds(5));
        var boundary = AnalyticsTape.Start + (5 * Micros.PerSecond) + offset;
        Assert.Contains("whole second", Assert.Throws<ArgumentOutOfRangeException>(() => tested.OnSecond(boundary)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OnSecond_AfterAJumpInTime_CountsTheSkippedSecondsAsUnknown()
    {
        var tape = new AnalyticsTape();
        for (var second = 0; second < 100; second++)
        {
            tape.Trade(100, 1).Seconds();
        }

        tape.Skip(50 * Micros.PerSecond).Trade(200, 1);
        for (var second = 0; second < 20; second++)
        {
            tape.Seconds();
        }

        var tested = Play(tape);
        Assert.Equal(99 + 19, tested.Figures.Volatility.Realised5m.Samples);
        Assert.Equal(0, tested.Figures.Volatility.Realised5m.Value);
        Assert.Equal(100, tested.Frame[Signal.PriceMove1m].Value);
    }

    [Fact]
    public void OnMinute_RefusesOtherIntervals()
    {
        var tape = new AnalyticsTape().Trade(100, 1).ToMinute();
        var candle = tape.Minutes.Values.Single() with { Interval = CandleInterval.FiveMinutes };
        Assert.Contains("found 5m", Assert.Throws<ArgumentException>(() => new AnalyticsUnderTest().OnMinute(candle)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void QuoteVolume24h_ForgetsAMinute24hLater()
    {
        var tape = new AnalyticsTape().Trade(10_000, OneUnit).ToMinute().Trade(20_000, OneUnit).ToMinute();
        tape.Seconds((1_440 - 2) * 60);
        Assert.Equal(300, Play(tape).Analytics.QuoteVolume24h, 9);
        Assert.Equal(200, Play(tape.ToMinute()).Analytics.QuoteVolume24h, 9);
        Assert.Equal(10_000, Play(tape).Analytics.Price24hAgo);
    }

    private static Figure Rounded(Figure figure) => figure with { Value = Math.Round(figure.Value, 9) };

    private static AnalyticsUnderTest Play(AnalyticsTape tape)
    {
        var tested = new AnalyticsUnderTest();
        tape.Play(tested);
        return tested;
    }
}
