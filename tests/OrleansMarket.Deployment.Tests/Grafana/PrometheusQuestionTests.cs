using System.Net.Http.Headers;
using System.Net.Http.Json;
using OrleansMarket.Deployment.Tests.Product;
using OrleansMarket.Deployment.Tests.Prometheus;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Binance;
using OrleansMarket.TestKit.Influx;
using OrleansMarket.TestKit.Prices;

namespace OrleansMarket.Deployment.Tests.Grafana;

/// <summary>
/// Everything that dashboards ask Prometheus, and every choice of series that its rules make, is asked of a real one, which scrapes the running product on fake exchanges.
/// Nothing, or nothing but "not a number", is a failure: a rule on series that are not there before the trouble is blind to its beginning.
/// </summary>
public sealed class PrometheusQuestionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // Longer than starting and asking may take together: the exchange always has trades to come.
    private static readonly TimeSpan Tape = TimeSpan.FromMinutes(20);
    private static readonly string[] Elsewhere = ["Coingecko", "Coinbase", "Kraken", "Okx", "Bybit"];

    [NeedsFact(NeedsFactAttribute.Prometheus, NeedsFactAttribute.Silo)]
    public Task EveryQuestion_IsAnsweredByASilo() => AskAsync(RunningProduct.StartSiloAsync, "market", query => true);

    /// <summary>As under compose, where nothing has a namespace to choose.</summary>
    [NeedsFact(NeedsFactAttribute.Prometheus)]
    public Task EveryQuestion_ButThoseOfOrleansAndNamespaces_IsAnsweredByTheStandaloneHost() =>
        AskAsync(RunningProduct.StartAsync, null, query => !query.Contains("orleans_", StringComparison.Ordinal) && LabelValues(query)?.Label != "namespace");

    private static async Task AskAsync(
        Func<IEnumerable<string>, IReadOnlyDictionary<string, string>?, Task<RunningProduct>> start, string? @namespace, Func<string, bool> concerns)
    {
        var now = Micros.From(TimeProvider.System.GetUtcNow());
        await using var exchange = await FakeBinance.StartAsync(FakeTape.FromModel(now - Micros.From(TimeSpan.FromMinutes(3)), Tape, 10, 1, "BTCUSDT", "ETHUSDT"));
        exchange.SkipUntil(now);
        await using var elsewhere = await FakePriceSources.StartAsync(TimeProvider.System);
        await using var influx = await InfluxFacade.StartAsync();
        await using var product = await start(["serve", "--source", "live"], Settings(exchange, elsewhere, influx));
        await using var prometheus = await PrometheusServer.StartAsync(product.Url, @namespace);
        await FireAnAlertAsync(product);

        var open = Dashboard.All.SelectMany(dashboard => dashboard.Questions("prometheus")).Select(question => (Query: question.Query, Asked: question.ToString()))
            .Concat(RuleFiles.Selectors.Select(selector => (Query: selector, Asked: $"rules: {selector}"))).Where(question => concerns(question.Query)).ToList();
        open.Count.ShouldBeGreaterThan(60);
        var problems = new Dictionary<string, string>();
        try
        {
            await Eventually.BecomesTrueAsync(
                async () =>
                {
                    await exchange.PublishUntilAsync(Micros.From(TimeProvider.System.GetUtcNow()));
                    using var read = await product.Http.GetAsync(new Uri("/api/btc-price", UriKind.Relative));
                    foreach (var question in open.ToList())
                    {
                        if (await AskAsync(prometheus, question.Query) is { } problem)
                        {
                            problems[question.Asked] = problem;
                        }
                        else
                        {
                            open.Remove(question);
                        }
                    }

                    return open.Count == 0;
                },
                "an answer to every question", Patience, TimeSpan.FromMilliseconds(500));
        }
        catch (TimeoutException)
        {
            open.Select(question => $"{problems[question.Asked]}: {question.Asked}").ShouldBeEmpty(product.Log);
        }

        (await prometheus.AskAsync("rules")).Items("data.groups").SelectMany(group => group.Items("rules")).Where(rule => rule.Text("health") != "ok")
            .Select(rule => $"{rule.Text("name")}: {rule.Text("lastError")}").ShouldBeEmpty();
    }

    private static Dictionary<string, string> Settings(FakeBinance exchange, FakePriceSources elsewhere, InfluxFacade influx)
    {
        var settings = new Dictionary<string, string>
        {
            ["SYMBOLS"] = "BTCUSDT,ETHUSDT",
            ["Feeds__Binance__StreamEndpoints__0"] = exchange.StreamUri.OriginalString,
            ["Feeds__Binance__StreamEndpoints__1"] = exchange.MarketDataStreamUri.OriginalString,
            ["Feeds__Binance__RestEndpoint"] = exchange.RestUri.OriginalString,
            ["Feeds__Binance__MarketDataRestEndpoint"] = exchange.MarketDataRestUri.OriginalString,
            ["Influx__Url"] = influx.Address.OriginalString,
            ["Influx__Token"] = InfluxFacade.Token,
            ["Influx__Org"] = InfluxFacade.Org,
            ["Influx__Bucket"] = InfluxFacade.Bucket,
        };
        foreach (var source in Elsewhere)
        {
            settings[$"Prices__{source}__Endpoint"] = elsewhere.Root.OriginalString;
        }

        return settings;
    }

    /// <summary>A rule that any trade fulfils, so that there is a message to deliver.</summary>
    private static async Task FireAnAlertAsync(RunningProduct product)
    {
        var key = (await File.ReadAllTextAsync(Path.Combine(product.Data, "api-key"))).Trim();
        using var answer = await product.SendAsync(() => new HttpRequestMessage(HttpMethod.Put, "/alerts/rules/any-lag")
        {
            Content = JsonContent.Create(new { name = "Any lag", signal = "lag", enter = 0.000001 }),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        });
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    private static async Task<string?> AskAsync(PrometheusServer prometheus, string asked)
    {
        var values = new Dictionary<string, string> { ["__rate_interval"] = "1m", ["namespace"] = ".*", ["instance"] = ".*" };
        var query = Dashboard.Interpolate(asked, values);
        if (LabelValues(query) is var (series, label))
        {
            var found = await prometheus.AskAsync($"label/{label}/values?match[]={Uri.EscapeDataString(series)}");
            return found.Items("data").Any() ? null : found.ToJsonString();
        }

        var answer = await prometheus.AskAsync($"query?query={Uri.EscapeDataString(query)}");
        var numbers = answer.Items("data.result").Select(series => series.Text("value.1")).ToList();
        return answer.Text("status") != "success" ? answer.ToJsonString() : numbers.Count == 0 ? "nothing" : numbers.All(number => number == "NaN") ? "not a number" : null;
    }

    /// <summary>Takes Grafana's <c>label_values(series, label)</c> apart, which is no PromQL.</summary>
    private static (string Series, string Label)? LabelValues(string query)
    {
        const string Call = "label_values(";
        var comma = query.LastIndexOf(',');
        return query.StartsWith(Call, StringComparison.Ordinal) ? (query[Call.Length..comma], query[(comma + 1)..].Trim(' ', ')')) : null;
    }
}
