using System.Net;
using OrleansMarket.TestKit;
using OrleansMarket.Web.Security;

namespace OrleansMarket.Web.Tests.Security;

public class RequestBudgetTests
{
    [Fact]
    public async Task Reads_BeyondTheBurst_WaitAsLongAsToldAndNoLonger()
    {
        await using var web = await WebFixture.StartAsync(("Web:ReadBurst", "3"), ("Web:ReadsPerSecond", "1"));
        for (var i = 0; i < 3; i++)
        {
            await web.GetAsync("/symbols");
        }

        var (refused, body) = await web.SendAsync(HttpMethod.Get, "/symbols");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.Equal("urn:orleans-market:problem:too-many-requests", body!["type"]!.GetValue<string>());
        web.Clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await web.SendAsync(HttpMethod.Get, "/symbols")).Response.StatusCode);
        web.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(HttpStatusCode.OK, (await web.SendAsync(HttpMethod.Get, "/symbols")).Response.StatusCode);
    }

    [Fact]
    public async Task ProbesAndScrapes_AreNotCounted()
    {
        await using var web = await WebFixture.StartAsync(("Web:ReadBurst", "1"), ("Web:ReadsPerSecond", "1"));
        for (var i = 0; i < 5; i++)
        {
            foreach (var path in new[] { "/health", "/health/live", "/health/ready", "/metrics" })
            {
                using var response = await web.Client.GetAsync(path);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            }
        }
    }

    [Fact]
    public async Task Changes_HaveABudgetOfTheirOwn()
    {
        await using var web = await WebFixture.StartAsync(("Web:WriteBurst", "1"), ("Web:WritesPerSecond", "1"));
        await web.SendWithKeyAsync(HttpMethod.Delete, "/alerts/rules/whale");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await web.SendWithKeyAsync(HttpMethod.Delete, "/alerts/rules/price-move")).Response.StatusCode);
        await web.GetAsync("/alerts/rules/price-move");
    }

    [Fact]
    public void TokenBucket_GivesBurstPlusRateAndNeverMore()
    {
        var clock = new ManualTimeProvider();
        using var bucket = new TokenBucket(burst: 10, perSecond: 4, clock);
        var taken = 0;
        for (var step = 0; step <= 1_000; step++)
        {
            while (bucket.AttemptAcquire().IsAcquired)
            {
                taken++;
            }

            clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        // 10 at once, then 4 a second over the 10 s that passed before the last look.
        Assert.Equal(50, taken);
        Assert.Null(bucket.IdleDuration);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.NotNull(bucket.IdleDuration);
        Assert.Equal(50, bucket.GetStatistics()!.TotalSuccessfulLeases);
    }
}
