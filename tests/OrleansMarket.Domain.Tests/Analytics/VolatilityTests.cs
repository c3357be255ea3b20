using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Analytics;

public class VolatilityTests
{
    private const double MinutesPerYear = 365 * 24 * 60;

    [Fact]
    public void Realised1h_OfASteadyMoveOfOnePercentAMinute()
    {
        var tested = Play(Alternating(new AnalyticsTape(), 62, 1.01));

        // Each of the 60 returns is ± ln 1.01, so the realised volatility is ln 1.01 × √(minutes per year).
        Assert.Equal(Math.Log(1.01) * Math.Sqrt(MinutesPerYear), tested.Frame[Signal.Volatility1h].Value, 4);
        Assert.Equal(60, tested.Frame[Signal.Volatility1h].Samples);
    }

    [Fact]
    public void CloseToClose_SubtractsTheMean()
    {
        var tape = new AnalyticsTape();
        var price = 1_000_000m;
        for (var minute = 0; minute < 61; minute++)
        {
            tape.Trade((long)price, 1_000).ToMinute();
            price *= 1.001m;
        }

        var volatility = Play(tape).Figures.Volatility;
        Assert.Equal(Math.Log(1.001) * Math.Sqrt(MinutesPerYear), volatility.Realised1h.Value, 3);
        Assert.True(volatility.CloseToClose1h.Value < 0.001);
    }

    [Theory]
    [InlineData(29, FigureStatus.NotEnoughActivity)]
    [InlineData(30, FigureStatus.Ok)]
    public void Realised1h_Needs30ActiveMinutes(int active, FigureStatus expected)
    {
        var tape = new AnalyticsTape().Trade(1_000_000, 1).ToMinute();
        for (var minute = 0; minute < 60; minute++)
        {
            if (minute % 2 == 0 && minute / 2 < active)
            {
                tape.Trade(1_000_000 + minute, 1);
            }

            tape.ToMinute();
        }

        var volatility = Play(tape).Figures.Volatility;
        Assert.Equal(expected, volatility.Realised1h.Status);
        Assert.Equal(expected, volatility.CloseToClose1h.Status);
        Assert.Equal(expected, volatility.Realised24h.Status);
        Assert.Equal(expected, volatility.Ewma.Status);
        Assert.Equal(60, volatility.Realised1h.Samples);
        Assert.Equal(60 - active, volatility.CarriedMinutes24h);
    }

    [Theory]
    [InlineData(0, FigureStatus.NoData)]
    [InlineData(1, FigureStatus.NotEnoughHistory)]
    [InlineData(29, FigureStatus.NotEnoughHistory)]
    [InlineData(30, FigureStatus.Ok)]
    public void Realised1h_TellsTooShortAHistoryFromTooLittleTrading(int returns, FigureStatus expected)
    {
        var tape = new AnalyticsTape();
        for (var minute = 0; minute <= returns; minute++)
        {
            tape.Trade(1_000_000 + minute, 1).ToMinute();
        }

        Assert.Equal(expected, Play(tape).Figures.Volatility.Realised1h.Status);
    }

    [Fact]
    public void Realised1h_ForgetsAReturnExactly60MinutesLater()
    {
        var tape = new AnalyticsTape();
        for (var minute = 0; minute < 100; minute++)
        {
            // One jump, into minute 10.
            tape.Trade(minute < 10 ? 1_000_000 : 1_100_000, 1).ToMinute();
        }

        var tested = new AnalyticsUnderTest();
        var seen = new List<bool>();
        foreach (var call in tape.Calls)
        {
            call.Give(tested);
            if (call.Kind == "second" && call.Micros % Micros.PerMinute == 0)
            {
                seen.Add(tested.Frame[Signal.Volatility1h].ValueOrNull > 0);
            }
        }

        // Known from the 31st minute on; the minutes ended 10 to 69 are the 60 that hold the jump.
        Assert.True(seen[69]);
        Assert.False(seen[70]);
    }

    [Theory]
    [InlineData("hole", 59)]
    [InlineData("halt", 59)]
    [InlineData("partial", 59)]
    [InlineData("none", 60)]
    public void NoReturn_SpansWhatIsNotKnown(string what, int returns)
    {
        var tape = Alternating(new AnalyticsTape(), 40, 1.0);
        switch (what)
        {
            case "hole":
                tape.Hole(3).Trade(2_000_000, 1).ToMinute();
                break;
            case "halt":
                tape.Halted = true;
                tape.Hole(0).Seconds(120);
                tape.Halted = false;
                tape.Trade(2_000_000, 1).ToMinute();
                break;
            case "partial":
                tape.Trade(2_000_000, 1).ToMinute();
                var open = (tape.Now / Micros.PerMinute) - 1;
                tape.Revise(tape.Minutes[open] with { Flags = CandleFlags.Partial });
                break;
            default:
                tape.Trade(1_000_000, 1).ToMinute();
                break;
        }

        var after = tape.LastPrice;
        for (var minute = 0; minute < 20 + (what == "halt" ? -2 : 0); minute++)
        {
            tape.Trade(after, 1).ToMinute();
        }

        var figure = Play(tape).Figures.Volatility.Realised1h;
        Assert.Equal(what == "halt" ? returns - 2 : returns, figure.Samples);
        Assert.Equal(0, figure.Value);
    }

    [Fact]
    public void Ewma_IsTheMeanSquareOfTheFirst60ReturnsThenDecays()
    {
        var tape = Alternating(new AnalyticsTape(), 61, 1.01);
        var r = Math.Log(1.01);
        Assert.Equal(r * Math.Sqrt(MinutesPerYear), Play(tape).Figures.Volatility.Ewma.Value, 4);

        // One return of twice the size: 0.94 σ² + 0.06 (2r)².
        var next = tape.LastPrice > 1_000_000 ? tape.LastPrice / 1.01m / 1.01m : tape.LastPrice * 1.01m * 1.01m;
        tape.Trade((long)next, 1).ToMinute();
        Assert.Equal(Math.Sqrt(((0.94 * r * r) + (0.06 * 4 * r * r)) * MinutesPerYear), Play(tape).Figures.Volatility.Ewma.Value, 4);
    }

    [Theory]
    [InlineData(59, FigureStatus.NotEnoughHistory)]
    [InlineData(60, FigureStatus.Ok)]
    public void Ewma_Needs60Returns(int returns, FigureStatus expected)
    {
        var ewma = Play(Alternating(new AnalyticsTape(), returns + 1, 1.01)).Figures.Volatility.Ewma;
        Assert.Equal((expected, returns), (ewma.Status, ewma.Samples));
    }

    [Fact]
    public void Realised5m_TakesOneSecondReturnsAndForgetsAfter300()
    {
        var tape = new AnalyticsTape().Trade(1_000_000, 1).Seconds(10).Trade(1_010_000, 1).Seconds();
        for (var second = 0; second < 299; second++)
        {
            tape.Trade(1_010_000, 1).Seconds();
        }

        var last = Play(tape).Figures.Volatility.Realised5m;
        Assert.Equal(Math.Sqrt(Math.Pow(Math.Log(1.01), 2) / 300 * 365 * 86_400), last.Value, 9);
        Assert.Equal(300, last.Samples);
        Assert.Equal(0, Play(tape.Trade(1_010_000, 1).Seconds()).Figures.Volatility.Realised5m.Value);
    }

    [Fact]
    public void Realised5m_LeavesOutSecondsTouchedByAHole()
    {
        var tape = new AnalyticsTape();
        for (var second = 0; second < 300; second++)
        {
            if (second == 100)
            {
                // Lost between two trades: this second, the silent ones behind it, and the next with a trade are unknown.
                tape.Trade(1_000_000, 1).Hole(5).Seconds(3);
            }

            tape.Trade(second < 100 ? 1_000_000 : 2_000_000, 1).Seconds();
        }

        var figure = Play(tape).Figures.Volatility.Realised5m;
        Assert.Equal(0, figure.Value);
        Assert.Equal(300 - 4, figure.Samples);
    }

    [Theory]
    [InlineData(1_439, 100)]
    [InlineData(1_440, 1)]
    public void After24hWithoutMinutes_TheHistoryStartsAnew(int absent, int ewmaReturns)
    {
        var tape = Alternating(new AnalyticsTape(), 100, 1.01);
        tape.Hole(0).Skip(absent * Micros.PerMinute);
        Alternating(tape, 2, 1.01);
        var volatility = Play(tape).Figures.Volatility;
        Assert.Equal(1, volatility.Realised24h.Samples);
        Assert.Equal(ewmaReturns, volatility.Ewma.Samples);
    }

    /// <summary>One trade a minute, at 10,000.00 and at the factor times it in turn.</summary>
    private static AnalyticsTape Alternating(AnalyticsTape tape, int minutes, double factor)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            tape.Trade(minute % 2 == 0 ? 1_000_000 : (long)(1_000_000 * factor), 1_000).ToMinute();
        }

        return tape;
    }

    private static AnalyticsUnderTest Play(AnalyticsTape tape)
    {
        var tested = new AnalyticsUnderTest();
        tape.Play(tested);
        return tested;
    }
}
