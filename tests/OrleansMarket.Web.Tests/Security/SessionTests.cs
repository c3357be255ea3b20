using System.Net;

namespace OrleansMarket.Web.Tests.Security;

public class SessionTests
{
    private const string OwnPage = "Sec-Fetch-Site: same-origin";

    [Fact]
    public async Task Session_LetsThePageChangeThings()
    {
        await using var web = await WebFixture.StartAsync();
        var cookie = await SignInAsync(web);
        var (response, _) = await web.SendAsync(HttpMethod.Delete, "/alerts/rules/whale", null, $"Cookie: {cookie}", OwnPage);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        var (_, session) = await web.SendAsync(HttpMethod.Get, "/session", null, $"Cookie: {cookie}");
        Assert.Equal("""{"authenticated":true,"end":"2026-01-16T00:00:00Z"}""", session!.ToJsonString());
    }

    [Fact]
    public async Task Cookie_IsOutOfReachOfScriptsAndOtherSites()
    {
        await using var web = await WebFixture.StartAsync();
        var (response, _) = await web.SendAsync(HttpMethod.Post, "/session", new { key = WebFixture.Key });
        var header = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", header, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", header, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("max-age=43200", header, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(WebFixture.Key, header, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site: cross-site")]
    [InlineData("Sec-Fetch-Site: same-site")]
    [InlineData("Sec-Fetch-Site: none")]
    [InlineData("Origin: https://evil.example")]
    [InlineData("Origin: null")]
    [InlineData("X-Nothing: 1")]
    public async Task Session_DoesNotCountForRequestsFromElsewhere(string header)
    {
        await using var web = await WebFixture.StartAsync();
        var cookie = await SignInAsync(web);
        var (response, _) = await web.SendAsync(HttpMethod.Delete, "/alerts/rules/whale", null, $"Cookie: {cookie}", header);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Session_CountsWithThisServersOrigin()
    {
        await using var web = await WebFixture.StartAsync();
        var cookie = await SignInAsync(web);
        var (response, _) = await web.SendAsync(HttpMethod.Delete, "/alerts/rules/whale", null, $"Cookie: {cookie}", "Origin: http://localhost");
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task Session_EndsAtItsTime()
    {
        await using var web = await WebFixture.StartAsync();
        var cookie = await SignInAsync(web);
        web.Clock.Advance(TimeSpan.FromHours(12));
        var (response, _) = await web.SendAsync(HttpMethod.Delete, "/alerts/rules/whale", null, $"Cookie: {cookie}", OwnPage);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task SignOut_EndsTheSessionEvenForWhoKeptTheCookie()
    {
        await using var web = await WebFixture.StartAsync();
        var cookie = await SignInAsync(web);
        var (foreign, _) = await web.SendAsync(HttpMethod.Delete, "/session", null, $"Cookie: {cookie}", "Sec-Fetch-Site: cross-site");
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        var (end, _) = await web.SendAsync(HttpMethod.Delete, "/session", null, $"Cookie: {cookie}", OwnPage);
        Assert.Equal(HttpStatusCode.NoContent, end.StatusCode);
        Assert.Contains("max-age=0", Assert.Single(end.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
        var (response, _) = await web.SendAsync(HttpMethod.Delete, "/alerts/rules/whale", null, $"Cookie: {cookie}", OwnPage);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Session_OfAnotherKey_IsWorthNothing()
    {
        await using var other = await WebFixture.StartAsync(("API_KEY", "another-key-0123456789"));
        await using var web = await WebFixture.StartAsync();
        var (signedIn, _) = await other.SendAsync(HttpMethod.Post, "/session", new { key = "another-key-0123456789" });
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        var (response, _) = await web.SendAsync(HttpMethod.Delete, "/alerts/rules/whale", null, $"Cookie: {cookie}", OwnPage);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Session_OfTheSameKey_CountsOnEveryServerOfACluster()
    {
        await using var one = await WebFixture.StartAsync();
        await using var two = await WebFixture.StartAsync();
        var cookie = await SignInAsync(one);
        var (response, _) = await two.SendAsync(HttpMethod.Delete, "/alerts/rules/whale", null, $"Cookie: {cookie}", OwnPage);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task TamperedCookie_IsRefusedAtEveryByte()
    {
        await using var web = await WebFixture.StartAsync();
        var cookie = await SignInAsync(web);
        var value = cookie[(cookie.IndexOf('=') + 1)..];
        for (var i = 0; i < value.Length - 1; i++)
        {
            var tampered = value[..i] + (value[i] == 'A' ? 'B' : 'A') + value[(i + 1)..];
            var (_, session) = await web.SendAsync(HttpMethod.Get, "/session", null, $"Cookie: om_session={tampered}");
            Assert.False(session!["authenticated"]!.GetValue<bool>());
        }
    }

    [Theory]
    [InlineData("""{"key":""}""", 400)]
    [InlineData("""{}""", 400)]
    [InlineData("""{"key":"wrong-key-0123456789"}""", 401)]
    public async Task SignIn_WithoutTheRightKey_GivesNoCookie(string json, int status)
    {
        await using var web = await WebFixture.StartAsync();
        var (response, _) = await web.SendAsync(HttpMethod.Post, "/session", System.Text.Json.Nodes.JsonNode.Parse(json));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    private static async Task<string> SignInAsync(WebFixture web)
    {
        var (response, _) = await web.SendAsync(HttpMethod.Post, "/session", new { key = WebFixture.Key }, OwnPage);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }
}
