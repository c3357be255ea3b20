using System.Net;
using System.Text.Json.Nodes;

namespace OrleansMarket.Web.Tests.Alerts;

public class AlertTests
{
    private const string Firing = "volume-spike@2/BTCUSDT/1768478220000000";

    [Theory]
    [InlineData("/alerts/" + Firing + "/resolve")]
    [InlineData("/alerts/volume-spike%402%2FBTCUSDT%2F1768478220000000/resolve")]
    public async Task Resolve_TakesTheKeyAsItStandsOrEscaped(string path)
    {
        await using var web = await WebFixture.StartAsync();
        var (response, _) = await web.SendWithKeyAsync(HttpMethod.Post, path);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        var resolved = await web.GetAsync("/alerts?state=resolved&rule=volume-spike");
        Assert.Equal(Firing, Assert.Single(resolved["alerts"]!.AsArray())!["key"]!.GetValue<string>());
        var (again, body) = await web.SendWithKeyAsync(HttpMethod.Post, path);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.Contains("firing alert", body!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alerts_PageAndFilter()
    {
        await using var web = await WebFixture.StartAsync();
        var first = await web.GetAsync("/alerts?limit=3");
        var second = await web.GetAsync($"/alerts?limit=3&before={Uri.EscapeDataString(first["next"]!.GetValue<string>())}");
        Assert.Equal(3, first["alerts"]!.AsArray().Count);
        Assert.Equal(2, second["alerts"]!.AsArray().Count);
        Assert.Null(second["next"]);
        var firing = await web.GetAsync("/alerts?state=firing&symbol=SOLUSDT");
        Assert.Equal("price-move", Assert.Single(firing["alerts"]!.AsArray())!["ruleId"]!.GetValue<string>());
    }

    [Fact]
    public async Task Rule_IsAddedChangedReadAndRemoved()
    {
        await using var web = await WebFixture.StartAsync();
        var rule = new JsonObject
        {
            ["name"] = "Calm market",
            ["signal"] = "volatility-1h",
            ["direction"] = "below",
            ["enter"] = 0.1,
            ["exit"] = 0.15,
            ["forSeconds"] = 60,
            ["symbols"] = new JsonArray("btcusdt"),
            ["severity"] = "info",
            ["enabled"] = false,
        };
        var (added, first) = await web.SendWithKeyAsync(HttpMethod.Put, "/alerts/rules/calm", rule.DeepClone());
        Assert.Equal(HttpStatusCode.OK, added.StatusCode);
        Assert.Equal(1, first!["version"]!.GetValue<int>());
        Assert.Equal("BTCUSDT", first["symbols"]![0]!.GetValue<string>());
        Assert.Equal(300, first["cooldownSeconds"]!.GetValue<double>());
        rule["enter"] = 0.12;
        var (_, second) = await web.SendWithKeyAsync(HttpMethod.Put, "/alerts/rules/calm", rule);
        Assert.Equal(2, second!["version"]!.GetValue<int>());
        Assert.Equal(second.ToJsonString(), (await web.GetAsync("/alerts/rules/calm")).ToJsonString());
        var (removed, _) = await web.SendWithKeyAsync(HttpMethod.Delete, "/alerts/rules/calm");
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        var (gone, _) = await web.SendAsync(HttpMethod.Get, "/alerts/rules/calm");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Rule_WithAnIdTooLong_IsRefusedByField()
    {
        await using var web = await WebFixture.StartAsync();
        var (response, body) = await web.SendWithKeyAsync(HttpMethod.Put, $"/alerts/rules/{new string('a', 65)}", new { name = "x", signal = "lag", enter = 1 });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.NotNull(body!["errors"]!["id"]);
    }

    [Fact]
    public async Task Rule_ThatBreaksALimit_IsRefusedUnderTheApisFieldNames()
    {
        await using var web = await WebFixture.StartAsync();
        var (response, body) = await web.SendWithKeyAsync(HttpMethod.Put, "/alerts/rules/x", new { name = "x", signal = "lag", enter = 1, forSeconds = 90_000, cooldownSeconds = -1 });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(["cooldownSeconds", "forSeconds"], body!["errors"]!.AsObject().Select(error => error.Key).Order());
    }

    [Fact]
    public async Task Preview_CoversTheLastDayUnlessAsked()
    {
        await using var web = await WebFixture.StartAsync();
        var rule = new { name = "x", signal = "price-move-5m", enter = 2 };
        var (_, day) = await web.SendWithKeyAsync(HttpMethod.Post, "/alerts/rules/preview", rule);
        Assert.Equal(86_400, day!["coveredSeconds"]!.GetValue<double>());
        Assert.Equal(2.8, day["suggestedEnter"]!.GetValue<double>(), 9);
        var (_, hour) = await web.SendWithKeyAsync(HttpMethod.Post, "/alerts/rules/preview?from=2026-01-15T10:00:00Z&to=2026-01-15T11:00:00Z", rule);
        Assert.Equal(3_600, hour!["coveredSeconds"]!.GetValue<double>());
    }

    [Fact]
    public async Task Silence_IsAddedAndEnded()
    {
        await using var web = await WebFixture.StartAsync();
        var (added, silence) = await web.SendWithKeyAsync(HttpMethod.Post, "/alerts/silences", new { symbol = "ethusdt", minutes = 30, reason = " listing " });
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.Equal("2026-01-15T12:30:00Z", silence!["until"]!.GetValue<string>());
        Assert.Equal("listing", silence["reason"]!.GetValue<string>());
        Assert.Equal(2, (await web.GetAsync("/alerts/silences"))["silences"]!.AsArray().Count);
        var (ended, _) = await web.SendWithKeyAsync(HttpMethod.Delete, $"/alerts/silences/{silence["id"]}");
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        var (again, _) = await web.SendWithKeyAsync(HttpMethod.Delete, $"/alerts/silences/{silence["id"]}");
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Theory]
    [InlineData("""{"minutes":30,"reason":""}""", "reason")]
    [InlineData("""{"minutes":30,"reason":null}""", "reason")]
    [InlineData("""{"reason":"x"}""", "until")]
    [InlineData("""{"reason":"x","minutes":5,"until":"2026-01-16T00:00:00Z"}""", "until")]
    [InlineData("""{"reason":"x","minutes":0}""", "minutes")]
    [InlineData("""{"reason":"x","until":"2026-01-15T12:00:00Z"}""", "until")]
    [InlineData("""{"reason":"x","until":"2026-02-15T12:00:00Z"}""", "until")]
    [InlineData("""{"reason":"x","minutes":5,"ruleId":"none"}""", "ruleId")]
    public async Task Silence_ThatMakesNoSense_IsRefusedByField(string json, string field)
    {
        await using var web = await WebFixture.StartAsync();
        var (response, body) = await web.SendWithKeyAsync(HttpMethod.Post, "/alerts/silences", JsonNode.Parse(json));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.NotNull(body!["errors"]![field]);
    }
}
