using System.Net;
using System.Text;

namespace OrleansMarket.Web.Tests.Api;

public class ErrorTests
{
    public static TheoryData<string, int, string, string> Mistakes => new()
    {
        { "/candles", 400, "symbol", "expected a value such as BTCUSDT" },
        { "/candles?symbol=BTC%20USDT", 400, "symbol", "expected a symbol such as BTCUSDT, found 'BTC USDT'" },
        { "/candles?symbol=BTCUSDT&interval=2m", 400, "interval", "expected one of 1s, 1m, 5m, 15m, 1h, 4h, 1d, found '2m'" },
        { "/candles?symbol=BTCUSDT&limit=0", 400, "limit", "expected a whole number from 1 to 5000, found '0'" },
        { "/candles?symbol=BTCUSDT&limit=5001", 400, "limit", "from 1 to 5000" },
        { "/candles?symbol=BTCUSDT&limit=ten", 400, "limit", "found 'ten'" },
        { "/candles?symbol=BTCUSDT&from=yesterday", 400, "from", "expected an ISO 8601 time" },
        { "/candles?symbol=BTCUSDT&from=2026-01-15T12:00:00Z&to=2026-01-15T12:00:00Z", 400, "to", "expected a time after from" },
        { "/candles?symbol=BTCUSDT&fill=zero", 400, "fill", "expected one of none, previous" },
        { "/candles?symbol=BTCUSDT&intervall=1m", 400, "intervall", "unknown parameter; expected one of symbol, interval" },
        { "/candles?symbol=BTCUSDT&symbol=ETHUSDT", 400, "symbol", "expected the parameter once, found 2" },
        { "/candles?symbol=BTCUSDT&numbers=text", 400, "numbers", "expected one of json, string" },
        { "/trades?symbol=BTCUSDT&fromId=-1", 400, "fromId", "at least 0" },
        { "/trades?symbol=BTCUSDT&fromId=5&from=1768474800", 400, "fromId", "expected fromId or from, found both" },
        { "/whales?minNotional=much", 400, "minNotional", "expected a number of at least 0" },
        { "/whales?limit=1001", 400, "limit", "from 1 to 1000" },
        { "/alerts?state=shouting", 400, "state", "expected one of pending, firing, resolved, amended" },
        { "/gaps?state=closed", 400, "state", "expected one of open, given-up, repaired, expired" },
        { "/dead-letters?reason=bad", 400, "reason", "expected one of malformed, missing-field" },
        { "/stream?kinds=trade,news", 400, "kinds", "found 'news'" },
        { "/stream?symbols=BTC%20USDT", 400, "symbols", "found 'BTC USDT'" },
        { "/stream?kinds=,", 400, "kinds", "expected names separated by commas, found ','" },
        { "/api/prices?assets=,", 400, "assets", "expected names separated by commas, found ','" },
        { "/whales?before=zzz", 400, "before", "expected the next of an earlier page, found 'zzz'" },
        { "/alerts?before=zzz", 400, "before", "expected the next of an earlier page, found 'zzz'" },
        { "/pipeline?verbose=1", 400, "verbose", "expected no parameters here" },
        { "/health?strict=maybe", 400, "strict", "expected true or false" },
        { "/market/%20", 400, "symbol", "expected a symbol" },
        { "/market/%01", 400, "symbol", "expected a symbol" },
        { "/api/prices/%1F", 400, "asset", "expected an asset such as BTC" },
        { "/candles?symbol=%00", 400, "symbol", "expected a symbol" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Mistake_IsAProblemThatNamesTheFieldAndWhatWasExpected(string path, int status, string field, string error)
    {
        await using var web = await WebFixture.StartAsync();
        var (response, body) = await web.SendAsync(HttpMethod.Get, path);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains(error, body!["errors"]![field]![0]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(status, body["status"]!.GetValue<int>());
        Assert.Equal(path.Split('?')[0], body["instance"]!.GetValue<string>());
        Assert.NotEmpty(body["remedy"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("/candles?symbol=DOGEUSDT")]
    [InlineData("/trades?symbol=DOGEUSDT")]
    [InlineData("/whales?symbol=DOGEUSDT")]
    [InlineData("/alerts?symbol=DOGEUSDT")]
    [InlineData("/gaps?symbol=DOGEUSDT")]
    [InlineData("/market/DOGEUSDT")]
    public async Task UnknownSymbol_IsNotFoundAndListsThoseFollowed(string path)
    {
        await using var web = await WebFixture.StartAsync();
        var (response, body) = await web.SendAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("BTCUSDT, ETHUSDT, SOLUSDT, ADAUSDT, DOTUSDT", body!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("GET", "/dead-letters/99", 404)]
    [InlineData("GET", "/dead-letters/abc", 404)]
    [InlineData("GET", "/alerts/rules/none", 404)]
    [InlineData("POST", "/symbols", 405)]
    [InlineData("DELETE", "/candles", 405)]
    public async Task OtherErrors_AreProblemsToo(string method, string path, int status)
    {
        await using var web = await WebFixture.StartAsync();
        var (response, body) = await web.SendAsync(new HttpMethod(method), path);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status, body!["status"]!.GetValue<int>());
        Assert.StartsWith("urn:orleans-market:problem:", body["type"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_TellsTheCallerATraceIdAndTheLogTheRest()
    {
        await using var web = await WebFixture.StartAsync();
        web.Market.Failure = new InvalidOperationException("the password is hunter2");
        var (response, body) = await web.SendAsync(HttpMethod.Get, "/symbols");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.DoesNotContain("hunter2", body!.ToJsonString(), StringComparison.Ordinal);
        var trace = body["traceId"]!.GetValue<string>();
        Assert.Contains(web.Log.Lines, line => line.Contains(trace, StringComparison.Ordinal) && line.Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(TaskCanceledException))]
    public async Task FaultThatPasses_IsUnavailableWithRetryAfter_AndALineOfTheLog(Type fault)
    {
        await using var web = await WebFixture.StartAsync();
        web.Market.Failure = (Exception)Activator.CreateInstance(fault)!;
        var (response, _) = await web.SendAsync(HttpMethod.Get, "/gaps");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains(web.Log.Lines, line => line.Contains($"GET /gaps was not answered: the market did not answer in time ({fault.Name})", StringComparison.Ordinal));
    }

    public static TheoryData<string, string, string> BadBodies => new()
    {
        { """{"name":"x","signal":"whale-notional","enter":1,"colour":"red"}""", "colour", "unknown field" },
        { """{"name":"x","signal":"whales","enter":1}""", "signal", "expected one of price-move-1m" },
        { """{"name":"x","signal":"whale-notional","enter":"much"}""", "enter", "expected a number, found 'much'" },
        { """{"name":"x","signal":"whale-notional"}""", "body", "expected the fields enter" },
        { """{"name":"x","signal":"whale-notional","enter":1,"symbols":["BTC USDT"]}""", "symbols[0]", "expected a symbol such as BTCUSDT" },
        { """{"name":7,"signal":"whale-notional","enter":1}""", "name", "another type" },
        { """{"name":"x",""", "body", "expected well-formed JSON, found an error at line 1" },
        { "null", "body", "expected a JSON object" },
        { "", "body", "expected well-formed JSON" },
    };

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task BadBody_IsAProblemThatNamesTheField(string json, string field, string error)
    {
        await using var web = await WebFixture.StartAsync();
        var (response, body) = await web.SendWithKeyAsync(HttpMethod.Put, "/alerts/rules/x", new StringContent(json, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(error, body!["errors"]![field]![0]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.DoesNotContain("OrleansMarket.", body.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_OfAnotherTypeOrTooLarge_IsRefused()
    {
        await using var web = await WebFixture.StartAsync();
        var (text, _) = await web.SendWithKeyAsync(HttpMethod.Put, "/alerts/rules/x", new StringContent("{}", Encoding.UTF8, "text/plain"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);
        var (large, _) = await web.SendWithKeyAsync(HttpMethod.Put, "/alerts/rules/x", new StringContent(new string(' ', 70_000), Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }
}
