using System.Text.RegularExpressions;
using OrleansMarket.Deployment.Tests.Product;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Prometheus;

/// <summary>Rules ask for metrics that exist: an alert on a name that nobody writes would never fire.</summary>
public sealed partial class MetricTests
{
    /// <summary>The first states are saved some seconds after the start.</summary>
    private static readonly string[] Always =
    [
        "market_stale", "market_trades_missing", "market_pipeline_last_trade_age_seconds", "market_pipeline_frames_total", "market_dead_letters_total",
        "market_pipeline_backlog", "market_pipeline_backlog_limit", "market_part_up", "market_source", "market_trades_produced_total", "market_storage_commit_seconds",
    ];

    [Fact]
    public void Rules_UseWhatIsDocumentedOrRecorded()
    {
        var recorded = RuleFiles.All.Select(rule => rule.Text("record")).OfType<string>().ToHashSet();
        var unknown = RuleFiles.All.SelectMany(rule => NamesIn(rule.Text("expr")!)).Distinct().Where(name => name != "up" && !recorded.Contains(name) && DocumentedMetrics.Find(name) is null);

        unknown.ShouldBeEmpty();
        NamesIn("max by (market_stage) (market_a{market_percentile=\"99\"}) / (market:b:c > 0) unless rate(up[5m])").ShouldBe(["market_a", "market:b:c", "up"]);
    }

    [Fact]
    public void OwnInstruments_EachHaveARow_ThatSaysWhatItMeansAndWhatToDo()
    {
        var created = Directory.EnumerateFiles(Repository.At("src"), "*.cs", SearchOption.AllDirectories).SelectMany(file => Created().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value).ToList();

        created.Count.ShouldBeGreaterThan(80);
        DocumentedMetrics.Rows.Select(row => row.Name).Where(name => OwnName().IsMatch(name)).ShouldBe(created, ignoreOrder: true);
        DocumentedMetrics.Rows.Where(row => row.Meaning.Length == 0 || row.WhenItMoves.Length == 0).Select(row => row.Name).ShouldBeEmpty();
    }

    [NeedsFact(NeedsFactAttribute.Promtool)]
    public async Task StandaloneHost_ShowsWhatIsDocumented()
    {
        await using var product = await RunningProduct.StartAsync(["serve", "--source", "simulator"]);
        await ShowsWhatIsDocumentedAsync(product, Always);
    }

    [NeedsFact(NeedsFactAttribute.Promtool, NeedsFactAttribute.Silo)]
    public async Task Silo_ShowsWhatIsDocumented()
    {
        await using var product = await RunningProduct.StartSiloAsync(["serve", "--source", "simulator"]);
        await ShowsWhatIsDocumentedAsync(product,
        [
            .. Always, "orleans_grains", "orleans_catalog_activations", "orleans_app_requests_latency_count_total", "orleans_storage_write_latency_seconds",
            "orleans_streams_persistent_stream_messages_read_total", "orleans_reminders_active", "market_ingress_trades_total", "dotnet_process_cpu_time_seconds_total",
            "dotnet_process_memory_working_set_bytes", "http_server_active_requests",
        ]);
    }

    /// <summary>Every metric has its row with its type, and Prometheus has nothing to say against any.</summary>
    /// <param name="product">The product, some moments after its start.</param>
    /// <param name="expected">What it shows once each of its parts has done something.</param>
    private static async Task ShowsWhatIsDocumentedAsync(RunningProduct product, string[] expected)
    {
        Dictionary<string, string> shown = [];
        var text = "";
        try
        {
            await Eventually.BecomesTrueAsync(
                async () =>
                {
                    text = await product.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
                    shown = TypeLine().Matches(text).ToDictionary(line => line.Groups[1].Value, line => line.Groups[2].Value);
                    return expected.All(shown.ContainsKey);
                },
                "every metric", TimeSpan.FromMinutes(2), TimeSpan.FromMilliseconds(500));
        }
        catch (TimeoutException)
        {
            expected.Except(shown.Keys).ShouldBeEmpty(product.Log);
        }

        (await Tool.RunAsync(NeedsFactAttribute.Promtool, ["check", "metrics"], input: text)).ShouldSucceed().Said.ShouldBeEmpty();

        foreach (var (name, type) in shown)
        {
            DocumentedMetrics.All.Keys.ShouldContain(name, "docs/metrics.md needs a row");
            (DocumentedMetrics.All[name] is "up-down counter" ? "gauge" : DocumentedMetrics.All[name]).ShouldBe(type, name);
        }

        // The tags of Orleans and .NET are theirs to change.
        var own = DocumentedMetrics.ByName.Where(pair => OwnName().IsMatch(pair.Value.Name)).ToDictionary();
        Series().Matches(text).SelectMany(series => Label().Matches(series.Groups[2].Value).Select(label => (Metric: DocumentedMetrics.Find(series.Groups[1].Value)!, Label: label.Groups[1].Value)))
            .Distinct().Where(shown => own.TryGetValue(shown.Metric, out var row) && !row.HasTag(shown.Label)).ShouldBeEmpty("docs/metrics.md needs these tags");
    }

    private static IEnumerable<string> NamesIn(string expression) =>
        Name().Matches(Aside().Replace(expression, " ")).Select(match => match.Value).Where(name => name.Contains('_', StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal) || name == "up");

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]|\b(by|on|without|ignoring)\s*\([^)]*\)|""[^""]*""")]
    private static partial Regex Aside();

    [GeneratedRegex(@"[a-zA-Z_][a-zA-Z0-9_:]*")]
    private static partial Regex Name();

    [GeneratedRegex("(?:Create\\w+(?:<\\w+>)?|Gauge|Counter)\\(\\s*\"([a-z0-9_.]+)\"")]
    private static partial Regex Created();

    [GeneratedRegex("^(market\\.|btc_|celery_)")]
    private static partial Regex OwnName();

    [GeneratedRegex(@"^([a-zA-Z_][a-zA-Z0-9_]*)\{(.*)\} ", RegexOptions.Multiline)]
    private static partial Regex Series();

    [GeneratedRegex(@"([a-zA-Z_][a-zA-Z0-9_]*)=""(?:[^""\\]|\\.)*""")]
    private static partial Regex Label();

    [GeneratedRegex(@"^# TYPE (\S+) (\S+)$", RegexOptions.Multiline)]
    private static partial Regex TypeLine();
}
