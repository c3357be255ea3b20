using System.Text;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Alerts;

public sealed class AlertRuleFileTests
{
    private static string Shipped => $"{{ \"rules\": [\n{string.Join(",\n", DefaultAlertRules.All.Select(AlertJson.Write))}\n] }}";

    [Fact]
    public void Read_TakesARuleWithEveryField()
    {
        var content = Read("""
            // rules of the desk
            {
              "rules": [
                {
                  "id": "fall", "version": 3, "name": "It falls", "symbols": ["btcusdt", "ETHUSDT"],
                  "signal": "price-move-5m", "direction": "below", "enter": -2.5, "exit": -1,
                  "for": "1m30s", "cooldown": "00:10:00", "minSamples": 7, "severity": "critical", "hourlyBudget": 3, "enabled": false,
                },
              ],
            }
            """);

        Assert.Empty(content.Problems);
        var rule = Assert.Single(content.Rules);
        Assert.Equal([new("BTCUSDT"), new Symbol("ETHUSDT")], rule.Symbols);
        Assert.Equal(
            new AlertRule
            {
                Id = "fall",
                Version = 3,
                Name = "It falls",
                Symbols = rule.Symbols,
                Signal = Signal.PriceMove5m,
                Direction = AlertDirection.Below,
                Enter = -2.5,
                Exit = -1,
                For = TimeSpan.FromSeconds(90),
                Cooldown = TimeSpan.FromMinutes(10),
                MinSamples = 7,
                Severity = AlertSeverity.Critical,
                HourlyBudget = 3,
                Enabled = false,
            },
            rule);
    }

    [Fact]
    public void Read_TakesABareListAndFillsInTheDefaults()
    {
        var content = Read("""[{ "id": "w", "name": "Whale", "signal": "whale-notional", "enter": 1e6 }]""");

        Assert.Empty(content.Problems);
        Assert.Equal((AlertDirection.Above, TimeSpan.Zero, TimeSpan.FromMinutes(5), 20, true), content.Rules[0] is var r ? (r.Direction, r.For, r.Cooldown, r.HourlyBudget, r.Enabled) : default);
    }

    [Fact]
    public void Read_TakesTheShippedRulesAsTheApiTellsThem()
    {
        var content = Read(Shipped);

        Assert.Empty(content.Problems);
        Assert.Equal(DefaultAlertRules.All.Select(AlertJson.Write), content.Rules.Select(AlertJson.Write));
    }

    [Fact]
    public void Read_ReportsEveryProblemWithItsLineAndARemedy()
    {
        var content = Read("""
            { "rules": [
              { "id": "a", "name": "A", "signal": "price-move", "enter": 1 },
              { "id": "b", "name": "B", "signal": "lag",
                "enter": "5" },
              { "id": "c", "name": "C", "signal": "lag", "enter": 5,
                "cool_down": "5m" },
              { "id": "d", "name": "D", "signal": "lag", "enter": 5, "for": "5 minutes" },
              { "name": "E", "signal": "lag", "enter": 5 },
              7,
              { "id": "f", "name": "F", "signal": "lag", "enter": 5,
                "exit": 6 },
              { "id": "f", "name": "F", "signal": "lag", "enter": 5 }
            ] }
            """);

        Assert.Equal(
            [
                (2, "rules[0].signal"), (4, "rules[1].enter"), (6, "rules[2].cool_down"), (7, "rules[3].for"), (8, "rules[4].id"),
                (9, "rules[5]"), (11, "rules[6].exit"), (12, "rules[7].id"),
            ],
            content.Problems.Select(problem => (problem.Line, problem.Path)));
        Assert.All(content.Problems, problem => Assert.NotEmpty(problem.Remedy));
        Assert.Equal("my.json:4: rules[1].enter: expected a number, found '5'; write digits without quotes; percentages as 2.5, shares and volatilities as 0.85", content.Problems[1].ToString());
        Assert.Equal("did you mean 'cooldown'?", content.Problems[2].Remedy);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("{\n  \"rules\": [\n    { \"id\": }", 3)]
    [InlineData("{ \"rules\": [] } trailing", 1)]
    [InlineData("\"text\"", 1)]
    [InlineData("{}", 1)]
    [InlineData("{ \"rules\": {} }", 1)]
    [InlineData("{ \"rule\": [] }", 1)]
    public void Read_SaysWhereTheTextIsNoRulesFile(string text, int line) => Assert.Equal(line, Assert.Single(Read(text).Problems).Line);

    [Fact]
    public void Read_NeverThrowsOnAMutatedFile()
    {
        var good = Encoding.UTF8.GetBytes(Shipped);
        var random = new Random(1);
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = good[..random.Next(good.Length)];
            for (var change = random.Next(4); change > 0 && bytes.Length > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var content = AlertRuleFile.Read(bytes, "my.json");
            Assert.True(content.Problems.Count > 0 || content.Rules.Count > 0);
        }
    }

    private static AlertRuleFileContent Read(string text) => AlertRuleFile.Read(Encoding.UTF8.GetBytes(text), "my.json");
}
