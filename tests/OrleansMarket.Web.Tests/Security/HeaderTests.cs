using System.Net;

namespace OrleansMarket.Web.Tests.Security;

public class HeaderTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/symbols")]
    [InlineData("/nothing")]
    [InlineData("/js/app.js")]
    [InlineData("/metrics")]
    public async Task EveryAnswer_TellsBrowsersToRunNothingElse(string path)
    {
        await using var web = await WebFixture.StartAsync();
        var (response, _) = await web.SendAsync(HttpMethod.Get, path);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Dashboard_MayStyleItselfAndRunsNothingElse()
    {
        await using var web = await WebFixture.StartAsync();
        var (response, _) = await web.SendAsync(HttpMethod.Get, "/dashboard/");
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'", policy, StringComparison.Ordinal);
        Assert.Contains("font-src 'self' data:", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherOrigins_GetNoPermission()
    {
        await using var web = await WebFixture.StartAsync();
        var (response, _) = await web.SendAsync(HttpMethod.Get, "/symbols", null, "Origin: https://evil.example");
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        var (preflight, _) = await web.SendAsync(HttpMethod.Options, "/alerts/rules/x", null, "Origin: https://evil.example", "Access-Control-Request-Method: PUT");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, preflight.StatusCode);
    }

    [Theory]
    [InlineData("localhost", null, true)]
    [InlineData("127.0.0.1", null, true)]
    [InlineData("[::1]", null, true)]
    [InlineData("192.168.1.20", null, true)]
    [InlineData("orleans-market", null, true)]
    [InlineData("web.market.svc.cluster.local", null, true)]
    [InlineData("nas.local", null, true)]
    [InlineData("evil.example", null, false)]
    [InlineData("localhost.evil.example", null, false)]
    [InlineData("market.example.com", "market.example.com;other.example", true)]
    [InlineData("a.example.com", "*.example.com", true)]
    [InlineData("example.com.evil.org", "*.example.com", false)]
    [InlineData("evil.example", "*", true)]
    public async Task Host_MustBeOursOrAllowed(string host, string? allowed, bool passes)
    {
        await using var web = await WebFixture.StartAsync(("ALLOWED_HOSTS", allowed));
        var (response, body) = await web.SendAsync(HttpMethod.Get, "/symbols", null, $"Host: {host}");
        Assert.Equal(passes ? HttpStatusCode.OK : HttpStatusCode.MisdirectedRequest, response.StatusCode);
        if (!passes)
        {
            Assert.Contains($"ALLOWED_HOSTS={host}", body!["remedy"]!.GetValue<string>(), StringComparison.Ordinal);
        }
    }
}
