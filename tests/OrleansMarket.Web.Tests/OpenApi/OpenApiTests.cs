using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansMarket.Web.Tests.OpenApi;

public class OpenApiTests
{
    private static readonly Dictionary<string, string> PathExamples = new()
    {
        ["/market/{symbol} symbol"] = "BTCUSDT",
        ["/alerts/{rule}/{symbol}/{start}/resolve rule"] = "volume-spike@2",
        ["/alerts/{rule}/{symbol}/{start}/resolve symbol"] = "BTCUSDT",
        ["/alerts/{rule}/{symbol}/{start}/resolve start"] = "1768478220000000",
        ["/alerts/rules/{id} id"] = "whale",
        ["/alerts/silences/{id} id"] = "1",
        ["/dead-letters/{id} id"] = "2",
        ["/api/prices/{asset} asset"] = "BTC",
        ["/api/portfolio/{name} name"] = "main",
    };

    [Fact]
    public async Task EveryOperation_AnswersWithItsExamplesAsItsSchemaSays()
    {
        await using var web = await WebFixture.StartAsync();
        var document = await web.GetAsync("/openapi/v1.json");
        var check = new JsonSchemaCheck(document);
        List<string> problems = [];
        var called = 0;
        foreach (var (path, method, operation) in Operations(document).OrderBy(entry => entry.Method == "delete"))
        {
            called++;
            var (status, body, mediaType) = await CallAsync(web, path, method, operation);
            var response = operation["responses"]?[$"{status}"];
            if (status >= 300 || response is null)
            {
                problems.Add($"{method} {path}: {status} is not a documented success: {body}");
                continue;
            }

            var content = response["content"]?.AsObject();
            if (content is null)
            {
                Assert.Equal("", body);
            }
            else if (!content.ContainsKey(mediaType!))
            {
                problems.Add($"{method} {path}: {mediaType} is not documented");
            }
            else if (mediaType == "application/json")
            {
                problems.AddRange(check.Validate(JsonNode.Parse(body), content[mediaType]!["schema"]!).Select(problem => $"{method} {path}: {problem}"));
            }
        }

        Assert.Empty(problems);
        Assert.True(called >= 30, $"only {called} operations were called");
    }

    [Fact]
    public async Task EveryRoute_IsDocumented()
    {
        await using var web = await WebFixture.StartAsync();
        var document = await web.GetAsync("/openapi/v1.json");
        string[] expected =
        [
            "/", "/health", "/health/live", "/health/ready", "/symbols", "/candles", "/trades", "/whales", "/market/{symbol}", "/alerts", "/alerts/rules",
            "/alerts/rules/{id}", "/alerts/rules/preview", "/alerts/silences", "/alerts/silences/{id}", "/alerts/{rule}/{symbol}/{start}/resolve", "/gaps", "/dead-letters",
            "/dead-letters/{id}", "/dead-letters/replay", "/pipeline", "/metrics", "/stream", "/session", "/api/prices", "/api/prices/{asset}", "/api/btc-price", "/api/quality", "/api/portfolio", "/api/portfolio/{name}", "/jobs",
        ];
        Assert.Equal(expected.Order(), document["paths"]!.AsObject().Select(path => path.Key).Order());
    }

    [Fact]
    public async Task EveryOperationParameterAndField_HasWords()
    {
        await using var web = await WebFixture.StartAsync();
        var document = await web.GetAsync("/openapi/v1.json");
        List<string> silent = [];
        foreach (var (path, method, operation) in Operations(document))
        {
            silent.AddRange(new[] { "summary", "description", "operationId", "tags" }.Where(field => operation[field] is null).Select(field => $"{method} {path} {field}"));
            silent.AddRange(Parameters(operation).Where(parameter => parameter["description"] is null).Select(parameter => $"{method} {path} {parameter["name"]}"));
            silent.AddRange(operation["responses"]!.AsObject().Where(response => response.Value!["description"] is null).Select(response => $"{method} {path} {response.Key}"));
        }

        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject())
        {
            silent.AddRange((schema!["properties"] as JsonObject ?? []).Where(field => field.Value!["description"] is null).Select(field => $"{name}.{field.Key}"));
            Assert.DoesNotContain("\"description\":\"Gets ", schema.ToJsonString());
        }

        Assert.Empty(silent);
    }

    [Fact]
    public async Task EveryChange_IsMarkedAsNeedingTheKey()
    {
        await using var web = await WebFixture.StartAsync();
        var document = await web.GetAsync("/openapi/v1.json");
        foreach (var (path, method, operation) in Operations(document).Where(entry => entry.Path != "/session"))
        {
            Assert.True(operation["security"] is not null == method is not "get", $"{method} {path}");
        }
    }

    [Fact]
    public async Task Examples_FitTheirSchemas()
    {
        await using var web = await WebFixture.StartAsync();
        var document = await web.GetAsync("/openapi/v1.json");
        var check = new JsonSchemaCheck(document);
        List<string> problems = [];
        var examples = 0;
        foreach (var (path, method, operation) in Operations(document))
        {
            var media = operation["responses"]!.AsObject().Select(response => response.Value!["content"]).Append(operation["requestBody"]?["content"])
                .OfType<JsonObject>().SelectMany(content => content).Select(entry => entry.Value!);
            foreach (var entry in media.Where(entry => entry["example"] is not null))
            {
                examples++;
                problems.AddRange(check.Validate(entry["example"], entry["schema"]!).Select(problem => $"{method} {path}: {problem}"));
            }
        }

        Assert.Empty(problems);
        Assert.True(examples > 10, $"only {examples} examples were found");
    }

    [Fact]
    public async Task Docs_AreServed()
    {
        await using var web = await WebFixture.StartAsync();
        using var response = await web.Client.GetAsync("/docs/index.html");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("swagger-ui", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static IEnumerable<(string Path, string Method, JsonNode Operation)> Operations(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select (path.Key, operation.Key, operation.Value!);

    private static IEnumerable<JsonNode> Parameters(JsonNode operation) => (operation["parameters"] as JsonArray ?? []).OfType<JsonNode>();

    private static async Task<(int Status, string Body, string? MediaType)> CallAsync(WebFixture web, string path, string method, JsonNode operation)
    {
        var address = path;
        var query = new List<string>();
        foreach (var parameter in Parameters(operation))
        {
            var name = parameter["name"]!.GetValue<string>();
            if (parameter["in"]!.GetValue<string>() == "path")
            {
                address = address.Replace($"{{{name}}}", Uri.EscapeDataString(PathExamples[$"{path} {name}"]), StringComparison.Ordinal);
            }
            else if (parameter["example"] is { } example)
            {
                query.Add($"{name}={Uri.EscapeDataString(example.ToString())}");
            }
        }

        using var request = new HttpRequestMessage(new HttpMethod(method), query.Count == 0 ? address : $"{address}?{string.Join('&', query)}");
        if (operation["security"] is not null)
        {
            request.Headers.Add("X-API-Key", WebFixture.Key);
        }

        if (operation["requestBody"]?["content"]?["application/json"]?["example"] is { } body)
        {
            var text = path == "/session" ? $$"""{"key":"{{WebFixture.Key}}"}""" : body.ToJsonString();
            request.Content = new StringContent(text, Encoding.UTF8, "application/json");
        }

        using var response = await web.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var mediaType = response.Content.Headers.ContentType?.MediaType;
        return ((int)response.StatusCode, mediaType == "text/event-stream" ? "" : await response.Content.ReadAsStringAsync(), mediaType);
    }
}
