using System.Globalization;
using System.Text.Json;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Standalone.Tests.Commands;

public sealed class BacktestCommandTests : IDisposable
{
    private const string Rules = """
        { "rules": [
            { "id": "minute-move", "name": "Moves", "signal": "price-move-1m", "direction": "magnitude", "enter": 1.5, "cooldown": "0s" },
            { "id": "lagging", "name": "Late", "signal": "lag", "enter": 5 }
        ] }
        """;

    private readonly TradeDump _dump = new(count: 0);
    private readonly string _rules;
    private readonly string _tape;

    public BacktestCommandTests()
    {
        // Two hours, one trade a second at 100; five jumps of 2 % for two minutes each, and one of 1 %.
        for (var second = 0; second < 7_200; second++)
        {
            var price = second switch
            {
                _ when Array.Exists([900, 1_500, 2_100, 4_000, 6_000], start => second >= start && second < start + 120) => 102m,
                >= 5_000 and < 5_120 => 101m,
                _ => 100m,
            };
            _dump.Trades.Add(new TradeDump.Row(second, price, 1m, 1_704_067_200_000 + (second * 1_000L), second % 2 == 0));
        }

        _tape = _dump.WriteTrades();
        _rules = _dump.At("rules.json");
        File.WriteAllText(_rules, Rules);
    }

    public void Dispose() => _dump.Dispose();

    [Fact]
    public async Task Table_TellsFiringsAndSuggestsForTheTarget()
    {
        var run = await CommandRun.InvokeAsync("backtest", _tape, "--rules", _rules, "--target-per-day", "100");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(3, run.Lines.Length);
        // Each jump up and each fall back moves more than 1.5 % within a minute.
        var move = run.Lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("minute-move", move[0]);
        Assert.Equal("10", move[1]);
        Assert.Contains("not known", run.Lines[2], StringComparison.Ordinal);
        Assert.Contains("7,200 trades of BTCUSDT, 0 missing, 0 refused", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_IsTheSameInFull()
    {
        var run = await CommandRun.InvokeAsync("backtest", _tape, "--rules", _rules, "--format", "json");

        using var json = JsonDocument.Parse(run.Output);
        var preview = json.RootElement[0].GetProperty("preview");
        Assert.Equal(10, preview.GetProperty("firings").GetInt32());
        Assert.Equal(10, preview.GetProperty("first").GetArrayLength());
        Assert.False(json.RootElement[1].TryGetProperty("preview", out _));
    }

    [Fact]
    public async Task SuggestedThreshold_KeepsTheTarget()
    {
        // 12 firings a day are one in two hours: only the rarest value may fire.
        var first = await CommandRun.InvokeAsync("backtest", _tape, "--rules", _rules, "--target-per-day", "120", "--format", "json");
        using var json = JsonDocument.Parse(first.Output);
        var suggested = json.RootElement[0].GetProperty("preview").GetProperty("suggestedEnter").GetDouble();
        await File.WriteAllTextAsync(_rules, Rules.Replace("1.5", suggested.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));

        var second = await CommandRun.InvokeAsync("backtest", _tape, "--rules", _rules, "--target-per-day", "120", "--format", "json");

        using var again = JsonDocument.Parse(second.Output);
        Assert.InRange(again.RootElement[0].GetProperty("preview").GetProperty("firings").GetInt32(), 1, 10);
    }

    [Fact]
    public async Task ReplayWithRules_CountsTheSameAlerts()
    {
        var run = await CommandRun.InvokeAsync("replay", _tape, "--rules", _rules);

        Assert.Contains("alerts        10\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BadRules_AreOneLineThatPointsOn()
    {
        await File.WriteAllTextAsync(_rules, """{ "rules": [ { "id": "a", "name": "A", "signal": "nothing", "enter": 1 }, { "id": "b" } ] }""");

        (await CommandRun.InvokeAsync("backtest", _tape, "--rules", _rules)).ShouldFailWith(ExitCode.Unusable, "more; 'rules check ");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("x")]
    [InlineData("10001")]
    public async Task BadTarget_IsOneLine(string target) =>
        (await CommandRun.InvokeAsync("backtest", _tape, "--rules", _rules, "--target-per-day", target)).ShouldFailWith(ExitCode.Unusable, $"--target-per-day: expected more than 0 and at most 10,000, found '{target}'");

    [Fact]
    public async Task MissingRulesOption_IsOneLine() =>
        (await CommandRun.InvokeAsync("backtest", _tape)).ShouldFailWith(ExitCode.Unusable, "--rules");

    [Fact]
    public async Task RulesCheck_ListsGoodRules()
    {
        var run = await CommandRun.InvokeAsync("rules", "check", _rules);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["minute-move: price-move-1m magnitude 1.5", "lagging: lag above 5"], run.Lines);
    }

    [Fact]
    public async Task RulesCheck_NamesEveryProblemWithItsLine()
    {
        await File.WriteAllTextAsync(_rules, "{ \"rules\": [\n { \"id\": \"a\", \"name\": \"A\", \"signal\": \"nothing\", \"enter\": 1 },\n { \"id\": \"b\" }\n] }");

        var run = await CommandRun.InvokeAsync("rules", "check", _rules);

        Assert.Equal(ExitCode.Mismatch, run.ExitCode);
        Assert.Contains(run.Lines, line => line.StartsWith($"{_rules}:2: ", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.StartsWith($"{_rules}:3: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RulesCheck_OfAMissingFileIsOneLine() =>
        (await CommandRun.InvokeAsync("rules", "check", _dump.At("none.json"))).ShouldFailWith(ExitCode.Unusable, "no such file");
}
