using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;

namespace OrleansMarket.Domain.Tests.Alerts;

public sealed class SymbolAlertsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Evaluate_FiresAtTheThresholdAndResolvesBelowIt()
    {
        var bench = new AlertBench(AlertBench.Rule()).Run(1, 9.99, 10, 12, 10, 9.99);

        Assert.Equal(["firing@2", "resolved@5"], bench.Story);
        var fired = bench.Seen[0];
        Assert.Equal(new AlertKey("move", 1, new("BTCUSDT"), AlertBench.At(2)), fired.Key);
        Assert.Equal((10d, 10d, 65_000m), (fired.Value, fired.Threshold, fired.Price));
        Assert.Equal(fired.Key, bench.Seen[1].Key);
    }

    [Fact]
    public void Evaluate_HoldsBetweenEnterAndExit()
    {
        var bench = new AlertBench(AlertBench.Rule() with { Exit = 8 }).Run(1, 10, 8, 9, 7.99, 9);

        Assert.Equal(["firing@1", "resolved@4"], bench.Story);
        Assert.Equal(8, bench.Seen[1].Threshold);
    }

    [Theory]
    [InlineData(AlertDirection.Below, new[] { 11d, 10, 9, 10.01 }, "firing@2,resolved@4")]
    [InlineData(AlertDirection.Magnitude, new[] { 9d, -10, 11, -9 }, "firing@2,resolved@4")]
    [InlineData(AlertDirection.Above, new[] { 9d, -10, 11, -9 }, "firing@3,resolved@4")]
    public void Evaluate_LooksInTheRulesDirection(AlertDirection direction, double[] values, string story) =>
        Assert.Equal(story, string.Join(',', new AlertBench(AlertBench.Rule() with { Direction = direction }).Run(1, values).Story));

    [Fact]
    public void Evaluate_FiresAfterTheConditionHasHeldForLongEnough()
    {
        var bench = new AlertBench(AlertBench.Rule() with { For = 3 * Second }).Run(1, 10, 10, 10, 10, 10);

        Assert.Equal(["pending@1", "firing@4"], bench.Story);
        Assert.Equal(AlertBench.At(1), bench.Seen[1].Key.StartMicros);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(double.NaN)]
    public void Evaluate_StartsAgainWhenThePendingConditionBreaks(double breaking)
    {
        var bench = new AlertBench(AlertBench.Rule() with { For = 3 * Second }).Run(1, 10, 10, breaking, 10, 10, 10, 10);

        Assert.Equal(["pending@1", "~resolved@3", "pending@4", "firing@7"], bench.Story);
        Assert.Equal("ended before it fired", bench.Seen[1].SuppressedBecause);
    }

    [Fact]
    public void Evaluate_DoesNotCountAJumpOfTimeAsHolding()
    {
        var bench = new AlertBench(AlertBench.Rule() with { For = 10 * Second }).Run(1, 10).Run(100, 10);

        Assert.Equal(["pending@1", "~resolved@100", "pending@100"], bench.Story);
    }

    [Fact]
    public void Evaluate_StaysQuietDuringTheCooldown()
    {
        var bench = new AlertBench(AlertBench.Rule() with { Cooldown = 3 * Second }).Run(1, 10, 9, 10, 10, 10, 10);

        Assert.Equal(["firing@1", "resolved@2", "firing@5"], bench.Story);
    }

    [Fact]
    public void Evaluate_WaitsForEnoughSamples()
    {
        var bench = new AlertBench(AlertBench.Rule() with { MinSamples = 101 }).Run(1, 10, 10);

        Assert.Empty(bench.Seen);
    }

    [Fact]
    public void Evaluate_KeepsFiringForFiveMinutesWithoutAFigure()
    {
        var bench = new AlertBench(AlertBench.Rule()).Run(1, 10).See(300).See(301);

        Assert.Equal(["firing@1", "resolved@301"], bench.Story);
        Assert.Equal("no figure for 5 minutes", bench.Seen[1].Note);
    }

    [Fact]
    public void Evaluate_IgnoresASecondThatIsNotNew()
    {
        var bench = new AlertBench(AlertBench.Rule()).Run(5, 10).Run(5, 0).Run(4, 0);

        Assert.Equal(["firing@5"], bench.Story);
    }

    [Fact]
    public void Evaluate_IgnoresRulesForOtherSymbolsAndThoseSwitchedOff()
    {
        var bench = new AlertBench(
            AlertBench.Rule("other") with { Symbols = [new("ETHUSDT")] },
            AlertBench.Rule("off") with { Enabled = false },
            AlertBench.Rule("mine") with { Symbols = [new("ETHUSDT"), new("BTCUSDT")] }).Run(1, 10);

        Assert.Equal("mine", Assert.Single(bench.Seen).Key.RuleId);
    }

    [Fact]
    public void Evaluate_CarriesLatenessAndCompleteness()
    {
        var bench = new AlertBench(AlertBench.Rule());
        var frame = bench.Frame(1, (Signal.PriceMove1m, 10));
        frame.IsLate = true;
        frame.Completeness = 0.97;
        bench.Alerts.Evaluate(frame);

        Assert.Equal((true, 0.97), (bench.Seen[0].IsLate, bench.Seen[0].Completeness));
    }

    [Fact]
    public void Evaluate_JoinsWhalesWithinAMinuteAndResolvesAfterIt()
    {
        var bench = new AlertBench(AlertBench.Rule("whale", Signal.WhaleNotional, 1_000_000));
        bench.See(1, (Signal.WhaleNotional, 999_999)).See(2, (Signal.WhaleNotional, 1_500_000)).See(3)
            .See(30, (Signal.WhaleNotional, 2_000_000)).See(89).See(90).See(91, (Signal.WhaleNotional, 1_000_000));

        Assert.Equal(["firing@2", "resolved@90", "firing@91"], bench.Story);
        Assert.Equal(1_500_000, bench.Seen[0].Value);
        Assert.Equal((2_000_000, "2 whales, the largest is shown"), (bench.Seen[1].Value, bench.Seen[1].Note));
    }

    [Fact]
    public void Evaluate_TellsOnceThatARuleIsFlapping_AndTheRestAfterCalm()
    {
        var bench = new AlertBench(AlertBench.Rule());
        for (var second = 0; second < 12; second++)
        {
            bench.Run(1 + second, second % 2 == 0 ? 10 : 0);
        }

        Assert.Equal(
            ["firing@1", "resolved@2", "firing@3", "resolved@4", "firing@5", "resolved@6", "firing@7", "resolved@8", "firing@9", "~resolved@10", "~firing@11", "~resolved@12"],
            bench.Story);
        Assert.StartsWith("is flapping: 5 firings within an hour", bench.Seen[8].Note, StringComparison.Ordinal);
        Assert.Equal("flapping", bench.Seen[10].SuppressedBecause);

        bench.Seen.Clear();
        bench.Run(11 + 3599, 10, 10).Run(11 + 3601, 0);
        Assert.Equal(["~firing@3610", "~resolved@3612"], bench.Story);
        bench.Seen.Clear();
        bench.Run(3610 + 3600, 10, 0);
        Assert.Equal(["firing@7210", "resolved@7211"], bench.Story);
    }

    [Fact]
    public void Evaluate_TellsALongFiringOnceItNoLongerFlaps()
    {
        var bench = new AlertBench(AlertBench.Rule());
        for (var second = 1; second <= 11; second++)
        {
            bench.Run(second, second % 2 == 1 ? 10 : 0);
        }

        bench.Seen.Clear();
        for (var second = 12; second <= 11 + 3600; second += 60)
        {
            bench.Run(second, 10);
        }

        bench.Run(11 + 3600, 10);
        Assert.Equal(["firing@3611"], bench.Story);
        Assert.Equal("told late: flapping", bench.Seen[0].Note);
    }

    [Fact]
    public void Evaluate_InhibitsMarketAlertsWhileADataQualityAlertFires_AndTellsThemLate()
    {
        var bench = new AlertBench(AlertBench.Rule(), AlertBench.Rule("stale", Signal.StaleFeed, 30));
        bench.See(1, (Signal.PriceMove1m, 10), (Signal.StaleFeed, 30))
            .See(2, (Signal.PriceMove1m, 10), (Signal.StaleFeed, 0))
            .See(3, (Signal.PriceMove1m, 0), (Signal.StaleFeed, 0));

        Assert.Equal(["firing@1", "~firing@1", "resolved@2", "firing@2", "resolved@3"], bench.Story);
        Assert.True(bench.Seen[0].IsDataQuality);
        Assert.Equal("inhibited by stale", bench.Seen[1].SuppressedBecause);
        Assert.Equal("told late: inhibited by stale", bench.Seen[3].Note);
        Assert.Equal(bench.Seen[1].Key, bench.Seen[3].Key);
    }

    [Fact]
    public void Evaluate_RecordsTheResolutionOfWhatWasInhibitedThroughout()
    {
        var bench = new AlertBench(AlertBench.Rule());
        bench.Alerts.Evaluate(bench.Frame(1, (Signal.PriceMove1m, 10)), "gap-open");
        bench.Alerts.Evaluate(bench.Frame(2, (Signal.PriceMove1m, 0)), "gap-open");

        Assert.Equal(["~firing@1", "~resolved@2"], bench.Story);
        Assert.Equal("its firing was not told", bench.Seen[1].SuppressedBecause);
    }

    [Fact]
    public void Evaluate_TellsTheResolutionOfWhatWasToldBeforeTheDataWentBad()
    {
        var bench = new AlertBench(AlertBench.Rule());
        bench.Alerts.Evaluate(bench.Frame(1, (Signal.PriceMove1m, 10)));
        bench.Alerts.Evaluate(bench.Frame(2, (Signal.PriceMove1m, 0)), "gap-open");

        Assert.Equal(["firing@1", "resolved@2"], bench.Story);
    }

    [Fact]
    public void SetRules_ResolvesTheAlertsOfAnOlderVersionAndStartsAnew()
    {
        var bench = new AlertBench(AlertBench.Rule()).Run(1, 10);
        bench.Alerts.SetRules([AlertBench.Rule() with { Version = 2 }], AlertBench.At(2));
        bench.Run(3, 10);

        Assert.Equal(["firing@1", "resolved@2", "firing@3"], bench.Story);
        Assert.Equal("the rule was changed", bench.Seen[1].Note);
        Assert.Equal((1, 2), (bench.Seen[1].Key.RuleVersion, bench.Seen[2].Key.RuleVersion));
    }

    [Theory]
    [InlineData(false, "the rule was removed")]
    [InlineData(true, "the rule was switched off")]
    public void SetRules_ResolvesTheAlertsOfRulesThatNoLongerApply(bool keepSwitchedOff, string note)
    {
        var bench = new AlertBench(AlertBench.Rule()).Run(1, 10);
        bench.Alerts.SetRules(keepSwitchedOff ? [AlertBench.Rule() with { Enabled = false, Version = 2 }] : [], AlertBench.At(2));

        Assert.Equal(["firing@1", "resolved@2"], bench.Story);
        Assert.Equal(note, bench.Seen[1].Note);
    }

    [Fact]
    public void SetRules_KeepsTheAlertsOfAnUnchangedRule()
    {
        var bench = new AlertBench(AlertBench.Rule()).Run(1, 10);
        bench.Alerts.SetRules([AlertBench.Rule(), AlertBench.Rule("another", enter: 50)], AlertBench.At(2));
        bench.Run(3, 10, 0);

        Assert.Equal(["firing@1", "resolved@4"], bench.Story);
    }

    [Fact]
    public void Resolve_EndsTheAlertUntilItsConditionHasEndedOnce()
    {
        var bench = new AlertBench(AlertBench.Rule()).Run(1, 10);
        var key = bench.Seen[0].Key;

        Assert.True(bench.Alerts.Resolve(key, AlertBench.At(2)));
        Assert.False(bench.Alerts.Resolve(key, AlertBench.At(2)));
        bench.Run(3, 10, 10, 9, 10);
        Assert.Equal(["firing@1", "resolved@2", "firing@6"], bench.Story);
        Assert.Equal("resolved by hand", bench.Seen[1].Note);
    }

    [Fact]
    public void OnRevised_WithdrawsAnAlertThatTheRepairedSecondDoesNotSupport()
    {
        var bench = new AlertBench(AlertBench.Rule()).Run(1, 10);
        bench.Alerts.OnRevised(AlertBench.At(0), bench.Frame(1, (Signal.PriceMove1m, 4)));
        bench.Run(2, 4, 10);

        Assert.Equal(["firing@1", "withdrawn@1", "firing@3"], bench.Story);
        Assert.Equal(4, bench.Seen[1].Value);
    }

    [Fact]
    public void OnRevised_AmendsAnAlertWhoseFigureChanged_AndNotOneThatItDidNotReach()
    {
        var bench = new AlertBench(AlertBench.Rule()).Run(1, 10);
        bench.Alerts.OnRevised(AlertBench.At(0), bench.Frame(1, (Signal.PriceMove1m, 11)));
        bench.Alerts.OnRevised(AlertBench.At(0), bench.Frame(1, (Signal.PriceMove1m, 11)));
        bench.Alerts.OnRevised(AlertBench.At(1), bench.Frame(1, (Signal.PriceMove1m, 15)));

        Assert.Equal(["firing@1", "amended@1"], bench.Story);
        Assert.Equal(11, bench.Seen[1].Value);
    }

    [Theory]
    [InlineData(12, "amended@9")]
    [InlineData(3, "withdrawn@9")]
    [InlineData(10, "")]
    public void OnRevised_JudgesAnEndedAlertByItsOwnSecond(double then, string expected)
    {
        var bench = new AlertBench(AlertBench.Rule()).Run(1, 10, 0).Run(9, 0);
        bench.Seen.Clear();
        bench.Alerts.OnRevised(AlertBench.At(0), bench.Frame(9, (Signal.PriceMove1m, 0)), new OneFigure(AlertBench.At(1), then));

        Assert.Equal(expected, string.Join(',', bench.Story));
    }

    [Fact]
    public void OnRevised_RecordsTheAmendmentOfWhatWasNotTold()
    {
        var bench = new AlertBench(AlertBench.Rule());
        bench.Alerts.Evaluate(bench.Frame(1, (Signal.PriceMove1m, 10)), "gap-open");
        bench.Alerts.OnRevised(AlertBench.At(0), bench.Frame(1, (Signal.PriceMove1m, 11)));

        Assert.Equal(["~firing@1", "~amended@1"], bench.Story);
    }

    [Fact]
    public void Evaluate_AllocatesNothingWhileNoStateChanges()
    {
        var bench = new AlertBench([.. Enum.GetValues<Signal>().Select(signal => AlertBench.Rule(WireName.Of(signal), signal, 1_000))]);
        var frame = bench.Frame(0, [.. Enum.GetValues<Signal>().Select(signal => (signal, 1d))]);
        bench.Alerts.Evaluate(frame);
        var second = 0;

        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var end = second + 1_000; second < end;)
            {
                frame.TimeMicros = AlertBench.At(++second);
                bench.Alerts.Evaluate(frame);
            }
        }));
    }

    private sealed class OneFigure(long timeMicros, double value) : ISignalHistory
    {
        public Figure At(Signal signal, long time) => time == timeMicros ? Figure.Of(value, 100) : Figure.None(FigureStatus.NoData);
    }
}
