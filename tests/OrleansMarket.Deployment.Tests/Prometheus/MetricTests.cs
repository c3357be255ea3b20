using System.Text.RegularExpressions;
using OrleansMarket.Deployment.Tests.Product;
using OrleansMarket.Deployment.Tests.Tools;

namespace OrleansMarket.Deployment.Tests.Prometheus;

/// <summary>Rules ask for metrics that exist: an alert on a name that nobody writes would never fire.</summary>
public sealed partial class MetricTests
{
    [Fact]
    public void Rules_UseWhatIsDocumentedOrRecorded()
    {
        var recorded = RuleFiles.All.Select(rule => rule.Text("record")).OfType<string>().ToHashSet();
        var unknown = RuleFiles.All.SelectMany(rule => NamesIn(rule.Text("expr")!)).Distinct().Where(name => name != "up" && !recorded.Contains(name) && DocumentedMetrics.Find(name) is null);

        unknown.ShouldBeEmpty();
        NamesIn("max by (market_stage) (market_a{market_percentile=\"99\"}) / (market:b:c > 0) unless rate(up[5m])").ShouldBe(["market_a", "market:b:c", "up"]);
    }

    [Fact]
    public async Task RunningProduct_ShowsWhatIsDocumented()
    {
        await using var product = await RunningProduct.StartAsync(["serve", "--source", "simulator"]);
        var text = await product.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var shown = TypeLine().Matches(text).ToDictionary(line => line.Groups[1].Value, line => line.Groups[2].Value);

        foreach (var (name, type) in shown.Where(metric => metric.Key.StartsWith("market_", StringComparison.Ordinal) || metric.Key.StartsWith("btc_", StringComparison.Ordinal)))
        {
            DocumentedMetrics.All.Keys.ShouldContain(name, "docs/metrics.md needs a row");
            (DocumentedMetrics.All[name] is "up-down counter" ? "gauge" : DocumentedMetrics.All[name]).ShouldBe(type, name);
        }

        foreach (var name in (string[])["market_stale", "market_trades_missing", "market_pipeline_last_trade_age_seconds", "market_pipeline_frames_total", "market_dead_letters_total",
            "market_pipeline_backlog", "market_pipeline_backlog_limit", "market_part_up", "market_source", "market_trades_produced_total"])
        {
            shown.ShouldContainKey(name);
        }
    }

    private static IEnumerable<string> NamesIn(string expression) =>
        Name().Matches(Aside().Replace(expression, " ")).Select(match => match.Value).Where(name => name.Contains('_', StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal) || name == "up");

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]|\b(by|on|without|ignoring)\s*\([^)]*\)|""[^""]*""")]
    private static partial Regex Aside();

    [GeneratedRegex(@"[a-zA-Z_][a-zA-Z0-9_:]*")]
    private static partial Regex Name();

    [GeneratedRegex(@"^# TYPE (\S+) (\S+)$", RegexOptions.Multiline)]
    private static partial Regex TypeLine();
}
