using System.Net;

namespace OrleansMarket.Web.Tests.DeadLetters;

public class DeadLetterTests
{
    [Fact]
    public async Task Letters_ShowTextAsTextAndBytesInBase64()
    {
        await using var web = await WebFixture.StartAsync();
        var text = await web.GetAsync("/dead-letters/1");
        Assert.Equal("""{"e":"trade","s":""", text["payload"]!.GetValue<string>());
        Assert.Null(text["payloadBase64"]);
        var bytes = await web.GetAsync("/dead-letters/3");
        Assert.Null(bytes["payload"]);
        Assert.Equal([0xC3, 0x28, 0x01], Convert.FromBase64String(bytes["payloadBase64"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Letters_PageAndFilter()
    {
        await using var web = await WebFixture.StartAsync();
        var first = await web.GetAsync("/dead-letters?limit=2");
        Assert.Equal(2, first["next"]!.GetValue<long>());
        var second = await web.GetAsync("/dead-letters?limit=2&before=2");
        Assert.Equal(1, Assert.Single(second["deadLetters"]!.AsArray())!["id"]!.GetValue<long>());
        Assert.Null(second["next"]);
        var bad = await web.GetAsync("/dead-letters?reason=bad-price");
        Assert.Equal("BTCUSDT", Assert.Single(bad["deadLetters"]!.AsArray())!["symbol"]!.GetValue<string>());
    }

    [Fact]
    public async Task Replay_SaysWhatWasTakenAndWhatWasRefusedAgain()
    {
        await using var web = await WebFixture.StartAsync();
        var (response, body) = await web.SendWithKeyAsync(HttpMethod.Post, "/dead-letters/replay", new { ids = new[] { 2, 1, 2 } });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(1, body!["accepted"]!.GetValue<int>());
        Assert.Contains("expected a JSON object", body["refused"]!["1"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(1, (await web.GetAsync("/dead-letters/1"))["attempts"]!.GetValue<int>());
        var (empty, _) = await web.SendWithKeyAsync(HttpMethod.Post, "/dead-letters/replay", new { ids = Array.Empty<long>() });
        Assert.Equal(HttpStatusCode.BadRequest, empty.StatusCode);
    }

    [Theory]
    [InlineData("", 400, 3)]
    [InlineData("?all=true&reason=malformed", 400, 3)]
    [InlineData("?reason=malformed", 200, 2)]
    [InlineData("?all=true", 200, 0)]
    public async Task Purge_RemovesWhatWasSaidAndNothingByMistake(string query, int status, int left)
    {
        await using var web = await WebFixture.StartAsync();
        var (response, _) = await web.SendWithKeyAsync(HttpMethod.Delete, "/dead-letters" + query);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(left, (await web.GetAsync("/dead-letters"))["deadLetters"]!.AsArray().Count);
    }
}
