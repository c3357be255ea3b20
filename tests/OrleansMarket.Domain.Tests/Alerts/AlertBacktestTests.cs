using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Alerts;

public sealed class AlertBacktestTests
{
    private const int Hours = 6;

    [Fact]
    public void Complete_CountsFiringsStormsAndRate()
    {
        // Bursts at 0:10, 0:12, 0:15 (a storm of 5 minutes) and 1:00.
        var preview = Run(AlertBench.Rule(), second => second is 600 or 720 or 900 or 3_600 ? 11 : 1, 7_200);

        Assert.Equal(4, preview.Firings);
        Assert.Equal(TimeSpan.FromMinutes(5), preview.LongestStorm);
        Assert.Equal(4 * 86_400d / 7_199, preview.PerDay, 6);
        Assert.Equal([600, 720, 900, 3_600], preview.First.Select(view => (int)((Micros.From(view.Started) - AlertBench.Start) / Micros.PerSecond)));
        Assert.Equal(TimeSpan.FromSeconds(7_199), preview.Covered);
    }

    [Theory]
    [InlineData(AlertDirection.Above)]
    [InlineData(AlertDirection.Below)]
    [InlineData(AlertDirection.Magnitude)]
    public void Complete_SuggestsAThresholdThatMeetsTheTargetRate(AlertDirection direction)
    {
        // Every 3 minutes a burst of another height: 1 to 120, each once.
        var heights = Enumerable.Range(1, Hours * 20).OrderBy(height => height * 7919 % 121).ToArray();
        double At(int second) => second % 180 < 5 ? heights[second / 180 % heights.Length] * (direction == AlertDirection.Below ? -1 : 1) : 0;
        var rule = AlertBench.Rule(enter: direction == AlertDirection.Below ? -5 : 5) with { Direction = direction };
        var preview = Run(rule, At, Hours * 3_600, targetPerDay: 40);

        // Ten firings in six hours: the heights from 111 on, so the threshold lies above 110 and at most at 111.
        Assert.NotNull(preview.SuggestedEnter);
        Assert.InRange(Math.Abs(preview.SuggestedEnter.Value), 110.0001, 111);
        Assert.Equal(10, Run(rule with { Enter = preview.SuggestedEnter.Value }, At, Hours * 3_600).Firings);
    }

    [Fact]
    public void Complete_SuggestsNothingFromLessThanAnHour()
    {
        var preview = Run(AlertBench.Rule(), _ => 11, 1_800);

        Assert.Null(preview.SuggestedEnter);
        Assert.Equal("less than an hour of history: no threshold is suggested", preview.Note);
    }

    [Fact]
    public void Complete_SaysWhenThereIsNoHistory() => Assert.Equal("no history of the rule's symbols", new AlertBacktest(AlertBench.Rule()).Complete().Note);

    [Fact]
    public void Observe_LeavesOutSymbolsThatTheRuleDoesNotWatch()
    {
        var backtest = new AlertBacktest(AlertBench.Rule() with { Symbols = [new("ETHUSDT")] });
        backtest.Observe(AlertBench.Spec, new() { TimeMicros = AlertBench.Start });

        Assert.Equal("no history of the rule's symbols", backtest.Complete().Note);
    }

    [Fact]
    public void Complete_CountsAnAlertOnceThoughItFlaps()
    {
        var preview = Run(AlertBench.Rule(), second => second % 10 == 5 ? 11 : 0, 4_000);

        Assert.Equal(400, preview.Firings);
    }

    private static RulePreview Run(AlertRule rule, Func<int, double> values, int seconds, double targetPerDay = 10)
    {
        var backtest = new AlertBacktest(rule, targetPerDay);
        var frame = new SignalFrame();
        for (var second = 0; second < seconds; second++)
        {
            frame.TimeMicros = AlertBench.At(second);
            frame[Signal.PriceMove1m] = Figure.Of(values(second), 60);
            backtest.Observe(AlertBench.Spec, frame);
        }

        return backtest.Complete();
    }
}
