using System.Net;

namespace OrleansMarket.Web.Tests.Security;

public class KeyTests
{
    public static TheoryData<string, string> Changes => new()
    {
        { "POST", "/alerts/volume-spike@2/BTCUSDT/1768478220000000/resolve" },
        { "POST", "/alerts/volume-spike%402%2FBTCUSDT%2F1768478220000000/resolve" },
        { "PUT", "/alerts/rules/x" },
        { "DELETE", "/alerts/rules/whale" },
        { "POST", "/alerts/rules/preview" },
        { "POST", "/alerts/silences" },
        { "DELETE", "/alerts/silences/1" },
        { "POST", "/dead-letters/replay" },
        { "DELETE", "/dead-letters?all=true" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Change_WithoutTheKey_IsRefusedAndChangesNothing(string method, string path)
    {
        await using var web = await WebFixture.StartAsync();
        var before = await StateAsync(web);
        foreach (var headers in new string[][] { [], ["X-API-Key: wrong-key-0123456789"], ["Authorization: Bearer wrong-key-0123456789"], ["Authorization: Basic dGVzdDp0ZXN0"], ["Cookie: om_session=abc", "Sec-Fetch-Site: same-origin"] })
        {
            var (response, body) = await web.SendAsync(new HttpMethod(method), path, null, headers);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Contains("API key", body!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.NotEmpty(response.Headers.WwwAuthenticate);
        }

        Assert.Equal(before, await StateAsync(web));
    }

    [Theory]
    [InlineData("X-API-Key: " + WebFixture.Key)]
    [InlineData("Authorization: Bearer " + WebFixture.Key)]
    [InlineData("Authorization: bearer " + WebFixture.Key)]
    public async Task Change_WithTheKeyInAHeader_IsDone(string header)
    {
        await using var web = await WebFixture.StartAsync();
        var (response, _) = await web.SendAsync(HttpMethod.Delete, "/alerts/rules/whale", null, header);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task WrongKeys_AreSlowedDownByClient_AndThenEvenTheRightOneWaits()
    {
        await using var web = await WebFixture.StartAsync(("Web:FailedAttempts", "3"));
        for (var i = 0; i < 3; i++)
        {
            var (wrong, _) = await web.SendAsync(HttpMethod.Delete, "/alerts/rules/whale", null, "X-API-Key: wrong-key-0123456789");
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        var (waits, _) = await web.SendWithKeyAsync(HttpMethod.Delete, "/alerts/rules/whale");
        Assert.Equal(HttpStatusCode.TooManyRequests, waits.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(5), waits.Headers.RetryAfter!.Delta);
        web.Clock.Advance(TimeSpan.FromMinutes(5));
        var (done, _) = await web.SendWithKeyAsync(HttpMethod.Delete, "/alerts/rules/whale");
        Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
    }

    [Fact]
    public async Task Key_IsInNoLogLineAndNoAnswer()
    {
        await using var web = await WebFixture.StartAsync();
        await web.SendAsync(HttpMethod.Delete, "/alerts/rules/whale", null, "X-API-Key: wrong-key-0123456789");
        await web.SendWithKeyAsync(HttpMethod.Delete, "/alerts/rules/whale");
        var (_, body) = await web.SendAsync(HttpMethod.Post, "/session", new { key = "wrong-key-0123456789" });
        Assert.DoesNotContain("wrong-key", body!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(web.Log.Lines, line => line.Contains(WebFixture.Key, StringComparison.Ordinal) || line.Contains("wrong-key", StringComparison.Ordinal));
        Assert.Contains(web.Log.Lines, line => line.Contains("A wrong API key came from", StringComparison.Ordinal));
    }

    private static async Task<string> StateAsync(WebFixture web) => string.Join('\n', await Task.WhenAll(
        new[] { "/alerts", "/alerts/rules", "/alerts/silences", "/dead-letters" }.Select(async path => (await web.GetAsync(path)).ToJsonString())));
}
