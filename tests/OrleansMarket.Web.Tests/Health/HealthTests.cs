using System.Net;

namespace OrleansMarket.Web.Tests.Health;

public class HealthTests
{
    [Fact]
    public async Task Health_HasTheNamesThatMonitorsKnow()
    {
        await using var web = await WebFixture.StartAsync();
        var health = await web.GetAsync("/health");
        Assert.Equal("ok", health["status"]!.GetValue<string>());
        Assert.Equal(987_642, health["produced"]!.GetValue<long>());
        Assert.Equal(3, health["dlq"]!.GetValue<long>());
        Assert.True(health["ws_connected"]!.GetValue<bool>());
        Assert.Equal(40, health["last_trade_age_ms"]!.GetValue<long>());
        Assert.Equal(0, health["gaps"]!.GetValue<int>());
    }

    [Fact]
    public async Task Health_IsDegradedAndSaysWhy_WhenDataIsStale()
    {
        await using var web = await WebFixture.StartAsync();
        web.Market.FrozenSince = web.Clock.GetUtcNow();
        web.Clock.Advance(TimeSpan.FromSeconds(90));
        var health = await web.GetAsync("/health");
        Assert.Equal("degraded", health["status"]!.GetValue<string>());
        Assert.Contains("no trades for 90 s", health["reasons"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(90_040, health["last_trade_age_ms"]!.GetValue<long>());
        var (strict, _) = await web.SendAsync(HttpMethod.Get, "/health?strict");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, strict.StatusCode);
    }

    [Fact]
    public async Task Ready_WaitsForTheFirstTrade_ButLiveDoesNot()
    {
        await using var web = await WebFixture.StartAsync();
        web.Market.IsStarting = true;
        var (ready, body) = await web.SendAsync(HttpMethod.Get, "/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("no trade yet", body!["reason"]!.GetValue<string>());
        Assert.Equal("ok", (await web.GetAsync("/health/live"))["status"]!.GetValue<string>());
        web.Market.IsStarting = false;
        Assert.Equal("ok", (await web.GetAsync("/health/ready"))["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Ready_StaysWhileDataIsDegraded()
    {
        await using var web = await WebFixture.StartAsync();
        web.Market.FrozenSince = web.Clock.GetUtcNow();
        var (ready, _) = await web.SendAsync(HttpMethod.Get, "/health/ready");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }
}
