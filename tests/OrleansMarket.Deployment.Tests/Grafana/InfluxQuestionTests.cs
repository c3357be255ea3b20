using System.Globalization;
using System.Text.Json;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Influx;

namespace OrleansMarket.Deployment.Tests.Grafana;

/// <summary>Everything that dashboards ask InfluxDB is asked of a real one, filled by the product's own writer. Nothing, or a column of nothing, is a failure.</summary>
public sealed class InfluxQuestionTests
{
    private static readonly DateTimeOffset From = new(2026, 5, 6, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(15);

    [NeedsFact(NeedsFactAttribute.Influxd)]
    public async Task EveryQuestion_HasAnAnswer()
    {
        await using var server = await InfluxServer.StartAsync(InfluxFacade.Bucket);
        await using var facade = await InfluxFacade.StartAsync(server);
        await InfluxMarket.FillAsync(facade, From, Length);
        var questions = Dashboard.All.SelectMany(dashboard => dashboard.Questions("influxdb")).ToList();
        var unanswered = new List<string>();
        foreach (var question in questions)
        {
            if (await AskAsync(server, question) is { } problem)
            {
                unanswered.Add($"{problem}: {question}");
            }
        }

        unanswered.ShouldBeEmpty();
        questions.Count.ShouldBeGreaterThan(50);
    }

    [NeedsFact(NeedsFactAttribute.Influxd)]
    public async Task Question_ThatBringsNothing_IsNoticed()
    {
        await using var server = await InfluxServer.StartAsync(InfluxFacade.Bucket);

        (await server.QueryAsync(InfluxFacade.Bucket, "SELECT * FROM candle")).ShouldBeEmpty();
        MissingIn([new Dictionary<string, JsonElement> { ["time"] = Json("1"), ["a"] = Json("null"), ["b"] = Json("2") }]).ShouldBe("nothing in a");
        MissingIn([]).ShouldBe("no row");
    }

    private static async Task<string?> AskAsync(InfluxServer server, Question question)
    {
        var interval = question.Dashboard.Panels.FirstOrDefault(panel => panel.Targets.Contains(question.Asked))?.Json.Text("interval") == "1m" ? "1m" : "10s";
        var values = new Dictionary<string, string>
        {
            ["timeFilter"] = string.Create(CultureInfo.InvariantCulture, $"time >= {From.ToUnixTimeMilliseconds()}ms and time <= {(From + Length).ToUnixTimeMilliseconds()}ms"),
            ["__interval"] = interval,
            ["feed"] = "simulated",
            ["exchange"] = "binance",
            ["candle"] = "1m",
            ["symbol"] = question.Dashboard.Variables.GetValueOrDefault("symbol")?.Text("multi") == "true" ? "(BTCUSDT|ETHUSDT)" : "BTCUSDT",
        };
        try
        {
            return MissingIn(await server.QueryAsync(InfluxFacade.Bucket, Dashboard.Interpolate(question.Query, values)));
        }
        catch (InvalidOperationException refused)
        {
            return refused.Message;
        }
    }

    private static string? MissingIn(IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows)
    {
        if (rows.Count == 0)
        {
            return "no row";
        }

        var empty = rows.SelectMany(row => row.Keys).Distinct().Where(column => rows.All(row => !row.TryGetValue(column, out var value) || value.ValueKind == JsonValueKind.Null)).ToList();
        return empty.Count == 0 ? null : $"nothing in {string.Join(", ", empty)}";
    }

    private static JsonElement Json(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }
}
