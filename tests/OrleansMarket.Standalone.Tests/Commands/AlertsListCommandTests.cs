using OrleansMarket.Domain.Alerts;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.TestKit;
using OrleansMarket.Web.Commands;
using Symbol = OrleansMarket.Domain.Trades.Symbol;

namespace OrleansMarket.Standalone.Tests.Commands;

public sealed class AlertsListCommandTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task List_IsNewestFirstAndFiltered()
    {
        using (var builder = new StoreBuilder(_data.File("simulated")))
        {
            await using var database = builder.OpenDatabase();
            await new SqliteAlertStore(database).AppendAsync(
                [
                    Transition("spike", "BTCUSDT", 0, AlertState.Firing), Transition("whale", "ETHUSDT", 1, AlertState.Firing),
                    Transition("spike", "BTCUSDT", 0, AlertState.Resolved),
                ],
                DateTimeOffset.UnixEpoch, default);
        }

        var all = await CommandRun.InvokeAsync("alerts", "list", "--data", _data.Path);
        var firing = await CommandRun.InvokeAsync("alerts", "list", "--state", "firing", "--format", "json", "--data", _data.Path);

        Assert.Equal(ExitCode.Ok, all.ExitCode);
        Assert.Equal(["ETHUSDT", "BTCUSDT"], all.Lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4]));
        Assert.Contains("resolved", all.Lines[1], StringComparison.Ordinal);
        Assert.Contains("\"ruleId\":\"whale\"", Assert.Single(firing.Lines), StringComparison.Ordinal);
        Assert.Single((await CommandRun.InvokeAsync("alerts", "list", "--limit", "1", "--data", _data.Path)).Lines);
        Assert.Equal("no alerts", (await CommandRun.InvokeAsync("alerts", "list", "--symbol", "XRPUSDT", "--data", _data.Path)).Error.TrimEnd());
    }

    [Fact]
    public async Task WithoutAStore_IsOneLine() =>
        (await CommandRun.InvokeAsync("alerts", "list", "--data", _data.Path)).ShouldFailWith(ExitCode.Unusable, "--data");

    private static AlertTransition Transition(string rule, string symbol, int second, AlertState state) => new()
    {
        Key = new AlertKey(rule, 1, new Symbol(symbol), StoreBuilder.Start + (second * 1_000_000L)),
        State = state,
        TimeMicros = StoreBuilder.Start + (second * 1_000_000L),
        RuleName = $"Rule {rule}",
        Severity = AlertSeverity.Warning,
        IsDataQuality = false,
        Value = 4.25,
        Threshold = 4,
    };
}
