using System.Text.RegularExpressions;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Grafana;

/// <summary>What holds for every dashboard and every panel.</summary>
public sealed partial class DashboardTests
{
    /// <summary>Functions and words that InfluxDB 3's InfluxQL lacks or that differ between versions.</summary>
    private static readonly string[] NotPortable =
        ["SLIMIT", "SOFFSET", "INTEGRAL", "SAMPLE", "HOLT_WINTERS", "EXPONENTIAL_MOVING_AVERAGE", "DOUBLE_EXPONENTIAL_MOVING_AVERAGE", "RELATIVE_STRENGTH_INDEX", "CHANDE_MOMENTUM_OSCILLATOR", "KAUFMANS_EFFICIENCY_RATIO", "CARDINALITY", "SHOW SERIES", "SHOW DATABASES", "INTO"];

    /// <summary>Functions that InfluxDB 1.x, 2.x and 3.x all have, by the lists of their manuals.</summary>
    private static readonly string[] Portable =
        ["time", "fill", "count", "distinct", "mean", "median", "mode", "spread", "stddev", "sum", "bottom", "first", "last", "max", "min", "percentile", "top", "abs", "ceil", "floor", "round", "sqrt", "pow", "ln", "derivative", "difference", "elapsed", "moving_average", "non_negative_derivative", "non_negative_difference", "cumulative_sum"];

    public static TheoryData<string> Files => new(Dashboard.All.Select(dashboard => dashboard.FileName));

    [Fact]
    public void Dashboards_AreTheFiveThatAreDocumented()
    {
        Dashboard.All.ToDictionary(dashboard => dashboard.Uid, dashboard => dashboard.Json.Text("title")).ShouldBe(
            new Dictionary<string, string?>
            {
                ["om-market"] = "Market overview",
                ["om-symbol"] = "Symbol detail",
                ["om-pipeline"] = "Pipeline health",
                ["om-btc"] = "BTC Real-time Price Tracking",
                ["om-runtime"] = "Silos and runtime",
            }, ignoreOrder: true);
        var readme = Repository.Read("grafana", "README.md");
        foreach (var dashboard in Dashboard.All)
        {
            readme.ShouldContain($"`{dashboard.FileName}`");
        }
    }

    /// <summary>The panels of bitcoin's dashboard under the names that people know, each with the metrics that it asks for.</summary>
    [Theory]
    [InlineData("Current Price (USD)", "btc_price_current_usd")]
    [InlineData("24h Change (%)", "btc_price_change_24h_percent")]
    [InlineData("API Call Rate (calls/s)", "rate(btc_api_calls_total{")]
    [InlineData("API Latency p50 and p95", "histogram_quantile(0.5 histogram_quantile(0.95 btc_api_latency_seconds_bucket")]
    [InlineData("Price History (last 5 min)", "btc_price_current_usd")]
    [InlineData("Cache Performance", "btc_api_cache_hits_total btc_api_cache_misses_total")]
    [InlineData("Success Rate (%)", "btc_api_calls_total{status=\"success\",")]
    [InlineData("Task Execution", "celery_task_started_total{task_name=\"fetch_btc_price_realtime\", celery_task_succeeded_total{task_name=\"fetch_btc_price_realtime\",")]
    public void BitcoinsDashboard_HasThePanel(string title, string asks)
    {
        var asked = string.Join('\n', Of("07-btc-realtime-tracking.json").Panels.Single(panel => panel.Title == title).Targets.Select(target => target.Text("expr")));
        foreach (var part in asks.Split(' '))
        {
            asked.ShouldContain(part);
        }
    }

    [Fact]
    public void BitcoinsDashboard_ShowsTheLastFiveMinutes()
    {
        var json = Of("07-btc-realtime-tracking.json").Json;
        (json.Text("title"), json.Text("time.from"), json.Text("time.to")).ShouldBe(("BTC Real-time Price Tracking", "now-5m", "now"));
        Repository.Read("grafana", "provisioning", "dashboards", "orleans-market.yml").ShouldContain("folder: Trading");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Dashboard_IsOneOfAFamily(string file)
    {
        var json = Of(file).Json;

        json.Text("id").ShouldBeNull("the id belongs to a Grafana, the uid to us");
        json.Text("description").ShouldNotBeNullOrWhiteSpace();
        json.Items("tags").Select(tag => tag.ToString()).ShouldContain("orleans-market");
        json.Text("editable").ShouldBe("false");
        json.Text("graphTooltip").ShouldBe("1", "a shared crosshair");
        json.Text("timezone").ShouldBe("utc");
        json.Text("time.to").ShouldBe("now");
        Of(file).Variables.ShouldAllBe(variable => !string.IsNullOrWhiteSpace(variable.Value.Text("label")) && !string.IsNullOrWhiteSpace(variable.Value.Text("description")));
        var others = json.Items("links").ShouldHaveSingleItem();
        (others.Text("type"), others.Text("tags.0"), others.Text("keepTime"), others.Text("includeVars")).ShouldBe(("dashboards", "orleans-market", "true", "true"));
        json.Items("panels").Select(panel => panel.Text("id")).ShouldBeUnique();
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Panel_SaysWhatItShowsAndWhenItHasNothing(string file)
    {
        foreach (var panel in Of(file).Panels)
        {
            panel.Title.ShouldNotBeNullOrWhiteSpace();
            panel.Json.Text("description").ShouldNotBeNullOrWhiteSpace(panel.ToString());
            panel.Json.Text("fieldConfig.defaults.unit").ShouldNotBeNullOrWhiteSpace(panel.ToString());
            panel.Json.Text("fieldConfig.defaults.noValue").ShouldNotBeNullOrWhiteSpace(panel.ToString());
            panel.Json.Items("fieldConfig.defaults.thresholds.steps").ShouldNotBeEmpty(panel.ToString());
            panel.Targets.ShouldNotBeEmpty(panel.ToString());
            panel.Targets.Select(target => target.Text("refId")).ShouldBeUnique(panel.ToString());
        }

        Of(file).Panels.Select(panel => panel.Title).ShouldBeUnique();
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Panel_AsksTheDatasourceThatTheReaderChose(string file)
    {
        var dashboard = Of(file);
        foreach (var asked in dashboard.Panels.SelectMany(panel => panel.Targets.Append(panel.Json)).Concat(dashboard.Annotations).Concat(dashboard.Variables.Values.Where(variable => variable.Text("type") == "query")))
        {
            var name = DatasourceVariable().Match(asked.Text("datasource.uid")!) is { Success: true } match ? match.Groups[1].Value : throw new ShouldAssertException($"{file}: {asked.ToJsonString()}");
            var variable = dashboard.Variables[name];
            variable.Text("type").ShouldBe("datasource");
            variable.Text("query").ShouldBe(asked.Text("datasource.type"));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Panel_LinksToADashboardAtTheSameTime(string file)
    {
        var uids = Dashboard.All.Select(dashboard => dashboard.Uid).ToList();
        foreach (var panel in Of(file).Panels)
        {
            panel.Json.Items("links").ShouldNotBeEmpty(panel.ToString());
            var cells = panel.Json.Items("fieldConfig.overrides").SelectMany(one => one.Items("properties")).Where(property => property.Text("id") == "links").SelectMany(property => property.Items("value"));
            foreach (var link in panel.Json.Items("links").Concat(cells))
            {
                var url = link.Text("url")!;
                link.Text("title").ShouldNotBeNullOrWhiteSpace(panel.ToString());
                uids.ShouldContain(BoardLink().Match(url).Groups[1].Value, $"{panel}: {url}");
                url.ShouldContain("${__url_time_range}");
                Dashboard.VariablesIn(url).Except(Of(file).Variables.Keys).ShouldBeEmpty($"{panel}: {url}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Panels_StandSideBySideAndAreLargeEnough(string file)
    {
        var taken = new Dictionary<(int, int), string>();
        foreach (var panel in Of(file).Panels)
        {
            var (x, y, width, height) = panel.Place;
            (x >= 0 && x + width <= 24).ShouldBeTrue(panel.ToString());
            // A column is 80 pixels of 1920, a row 38.
            (width >= (panel.Type == "stat" ? 3 : 6) && height >= (panel.Type == "stat" ? 4 : 5) && height <= 12).ShouldBeTrue(panel.ToString());
            foreach (var cell in Enumerable.Range(x, width).SelectMany(column => Enumerable.Range(y, height).Select(row => (column, row))))
            {
                taken.TryAdd(cell, panel.Title).ShouldBeTrue($"{panel} lies over {taken.GetValueOrDefault(cell)}");
            }
        }

        // What matters most is seen without scrolling: 1,080 pixels less Grafana's own bars.
        Of(file).Panels.TakeWhile(panel => panel.Type == "stat").Count().ShouldBeGreaterThanOrEqualTo(4, "a line of figures first");
    }

    [Fact]
    public void InfluxQl_IsUnderstoodByEveryVersion()
    {
        foreach (var question in Dashboard.All.SelectMany(dashboard => dashboard.Questions("influxdb")))
        {
            foreach (var word in NotPortable)
            {
                Regex.IsMatch(question.Query, $@"\b{word}\b", RegexOptions.IgnoreCase).ShouldBeFalse($"{word} in {question}");
            }

            Call().Matches(question.Query).Select(match => match.Groups[1].Value.ToLowerInvariant()).ShouldBeSubsetOf(Portable, question.ToString());

            if (question.Name.StartsWith("variable", StringComparison.Ordinal))
            {
                continue;
            }

            question.Query.ShouldContain("$timeFilter", customMessage: question.ToString());
            question.Query.ShouldContain("\"feed\" = '$feed'", customMessage: $"simulated and real data are never mixed: {question}");
            FixedInterval().IsMatch(question.Query).ShouldBeFalse($"a fixed interval in {question}");
        }
    }

    [Fact]
    public void InfluxQl_HasTheInterval_OfTheDataBehindIt()
    {
        foreach (var panel in Dashboard.All.SelectMany(dashboard => dashboard.Panels).Where(panel => panel.Targets.Any(target => target.Text("query")?.Contains("$__interval", StringComparison.Ordinal) == true)))
        {
            // Shorter than the samples are apart, every other point would be empty.
            panel.Json.Text("interval").ShouldBeOneOf(["5s", "10s", "1m"], panel.ToString());
        }
    }

    [Fact]
    public void PromQl_TakesRatesOverTheScrapeInterval()
    {
        foreach (var question in Dashboard.All.SelectMany(dashboard => dashboard.Questions("prometheus")))
        {
            foreach (Match range in Range().Matches(question.Query))
            {
                range.Value.ShouldBe("[$__rate_interval]", question.ToString());
            }

            // Orleans counts each band of its latencies by itself, where a histogram counts all below: the quantile would be wrong.
            Regex.IsMatch(question.Query, "histogram_quantile.*orleans_app_requests").ShouldBeFalse(question.ToString());
        }
    }

    /// <summary>Several installations may have one Prometheus. Where series have no namespace at all, the choice of all of them takes them too.</summary>
    [Fact]
    public void PromQl_AsksForTheNamespaceThatTheReaderChose()
    {
        foreach (var question in Dashboard.All.SelectMany(dashboard => dashboard.Questions("prometheus")).Where(question => question.Name != "variable namespace"))
        {
            var chosen = Selection().Matches(question.Query).Select(match => match.Value).ToList();
            chosen.ShouldNotBeEmpty(question.ToString());
            chosen.ShouldAllBe(labels => labels.Contains("namespace=~\"$namespace\"", StringComparison.Ordinal), question.ToString());
            question.Query.ShouldNotMatch(@"[^}]\[\$__rate_interval\]", question.ToString());
            question.Dashboard.Variables["namespace"].Text("allValue").ShouldBe(".*");
        }
    }

    [Fact]
    public void Questions_UseVariablesThatThereAre()
    {
        foreach (var question in Dashboard.All.SelectMany(dashboard => dashboard.Questions("prometheus").Concat(dashboard.Questions("influxdb"))))
        {
            Dashboard.VariablesIn(question.Query).Except(question.Dashboard.Variables.Keys).ShouldBeEmpty(question.ToString());
        }

        foreach (var dashboard in Dashboard.All)
        {
            var used = dashboard.Questions("prometheus").Concat(dashboard.Questions("influxdb")).SelectMany(question => Dashboard.VariablesIn(question.Query));
            dashboard.Variables.Where(variable => variable.Value.Text("type") != "datasource").Select(variable => variable.Key).Except(used).ShouldBeEmpty(dashboard.FileName);
        }
    }

    [NeedsFact(NeedsFactAttribute.NodeModules)]
    public async Task Dashboards_HoldToGrafanasOwnSchema()
    {
        (await GrafanaTypes.CheckAsync([.. Dashboard.All.Select(dashboard => (dashboard.FileName, dashboard.Json.ToJsonString()))])).ShouldSucceed();
    }

    [NeedsFact(NeedsFactAttribute.NodeModules)]
    public async Task GrafanasSchema_RefusesWhatIsWrong()
    {
        var json = Of("market-overview.json").Json.DeepClone();
        json["graphTooltp"] = 1;
        (await GrafanaTypes.CheckAsync(("wrong.json", json.ToJsonString()))).ShouldRefuse("graphTooltp");
        json = Of("market-overview.json").Json.DeepClone();
        json["panels"]![0]!["gridPos"]!["w"] = "12";
        (await GrafanaTypes.CheckAsync(("wrong.json", json.ToJsonString()))).ShouldRefuse("wrong.json");
        json = Of("market-overview.json").Json.DeepClone();
        json["panels"]![0]!["fieldConfig"]!["defaults"]!["unit"] = "percents";
        json["panels"]![0]!["options"]!["graphMde"] = "area";
        (await GrafanaTypes.CheckAsync(("wrong.json", json.ToJsonString()))).ShouldRefuse("percents", "graphMde");
    }

    private static Dashboard Of(string file) => Dashboard.All.Single(dashboard => dashboard.FileName == file);

    [GeneratedRegex(@"^\$\{(\w+)\}$")]
    private static partial Regex DatasourceVariable();

    [GeneratedRegex(@"^/d/([a-z-]+)\?")]
    private static partial Regex BoardLink();

    [GeneratedRegex(@"\b([A-Za-z_]+)\(")]
    private static partial Regex Call();

    [GeneratedRegex(@"time\(\d|now\(\)")]
    private static partial Regex FixedInterval();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Range();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Selection();
}
