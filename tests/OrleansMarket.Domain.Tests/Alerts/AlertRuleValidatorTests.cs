using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Alerts;

public sealed class AlertRuleValidatorTests
{
    private static readonly AlertRule Good = AlertBench.Rule() with { Exit = 8, For = TimeSpan.FromSeconds(30) };

    public static TheoryData<string, AlertRule> Wrong => new()
    {
        { "id", Good with { Id = "" } },
        { "id", Good with { Id = "Price" } },
        { "id", Good with { Id = "a--b" } },
        { "id", Good with { Id = "-a" } },
        { "id", Good with { Id = "a/b" } },
        { "id", Good with { Id = new('a', 65) } },
        { "version", Good with { Version = 0 } },
        { "name", Good with { Name = " " } },
        { "name", Good with { Name = new('a', 121) } },
        { "name", Good with { Name = "two\nlines" } },
        { "symbols", Good with { Symbols = [default] } },
        { "symbols", Good with { Symbols = [new("BTCUSDT"), new("btcusdt")] } },
        { "signal", Good with { Signal = (Signal)99 } },
        { "direction", Good with { Direction = (AlertDirection)9 } },
        { "severity", Good with { Severity = (AlertSeverity)9 } },
        { "enter", Good with { Enter = double.NaN } },
        { "enter", Good with { Enter = double.PositiveInfinity } },
        { "enter", Good with { Signal = Signal.BuyShare1m, Enter = 85, Exit = null } },
        { "enter", Good with { Direction = AlertDirection.Magnitude, Enter = 0, Exit = null } },
        { "enter", Good with { Direction = AlertDirection.Magnitude, Enter = -2, Exit = null } },
        { "exit", Good with { Exit = 10.1 } },
        { "exit", Good with { Exit = double.NaN } },
        { "exit", Good with { Direction = AlertDirection.Below, Exit = 9 } },
        { "exit", Good with { Direction = AlertDirection.Magnitude, Exit = -1 } },
        { "for", Good with { For = TimeSpan.FromSeconds(-1) } },
        { "for", Good with { For = TimeSpan.FromMilliseconds(1500) } },
        { "for", Good with { For = TimeSpan.FromHours(25) } },
        { "cooldown", Good with { Cooldown = TimeSpan.FromHours(25) } },
        { "minSamples", Good with { MinSamples = 0 } },
        { "hourlyBudget", Good with { HourlyBudget = 0 } },
        { "hourlyBudget", Good with { HourlyBudget = 1_001 } },
        { "for", Good with { Signal = Signal.WhaleNotional, Exit = null } },
        { "exit", Good with { Signal = Signal.WhaleNotional, For = default } },
        { "direction", Good with { Signal = Signal.WhaleNotional, Exit = null, For = default, Direction = AlertDirection.Below } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Validate_NamesTheFieldWithWhatWasExpectedAndFound(string field, AlertRule rule)
    {
        var problem = Assert.Single(AlertRuleValidator.Validate(rule));

        Assert.Equal(field, problem.Key);
        Assert.All(problem.Value, text => Assert.Matches("^expected .+", text));
    }

    [Fact]
    public void Validate_AcceptsAGoodRule() => Assert.Empty(AlertRuleValidator.Validate(Good));

    [Fact]
    public void Validate_LooksForFollowedSymbolsOnlyWhenTheyAreKnown()
    {
        var rule = Good with { Symbols = [new("ETHUSDT")] };

        Assert.Empty(AlertRuleValidator.Validate(rule));
        Assert.Contains("ETHUSDT", Assert.Single(AlertRuleValidator.Validate(rule, new HashSet<Symbol> { new("BTCUSDT") })["symbols"]), StringComparison.Ordinal);
    }

    [Fact]
    public void DefaultAlertRules_AreValidAndWatchEveryKindOfSignal()
    {
        Assert.All(DefaultAlertRules.All, rule => Assert.Empty(AlertRuleValidator.Validate(rule)));
        Assert.Equal(DefaultAlertRules.All.Count, DefaultAlertRules.All.Select(rule => rule.Id).Distinct().Count());
        var missing = Enum.GetValues<Signal>().Except(DefaultAlertRules.All.Select(rule => rule.Signal));
        // Their neighbours over other windows are watched.
        Assert.Equal([Signal.VolatilityEwma, Signal.BuyShare1m, Signal.BuyShare1h], missing);
    }

    [Theory]
    [InlineData("", 0, 60, "reason")]
    [InlineData("x", 60, 60, "until")]
    [InlineData("x", 0, 31 * 86_400, "until")]
    [InlineData("x", -120, -60, "until")]
    public void SilenceValidator_NamesTheField(string reason, int from, int until, string field)
    {
        var now = DispatchBench.Start;
        var problem = Assert.Single(SilenceValidator.Validate(
            new() { Id = "", From = now.AddSeconds(from), Until = now.AddSeconds(until), Reason = reason }, now));

        Assert.Equal(field, problem.Key);
    }
}
