using OrleansMarket.Feeds.Binance.Streams;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Binance.Streams;

public sealed class AttemptLimiterTests
{
    [Fact]
    public async Task WaitAsync_LetsNoWindowHoldMoreThanAllowed()
    {
        var clock = new ManualTimeProvider();
        using var limiter = new AttemptLimiter(3, TimeSpan.FromSeconds(10), clock);
        List<DateTimeOffset> passed = [];
        for (var i = 0; i < 10; i++)
        {
            var waiting = limiter.WaitAsync(default);
            await clock.AdvanceUntilAsync(() => waiting.IsCompleted);
            await waiting;
            passed.Add(clock.GetUtcNow());
        }

        for (var i = 3; i < passed.Count; i++)
        {
            Assert.True(passed[i] - passed[i - 3] >= TimeSpan.FromSeconds(10));
        }

        Assert.Equal(TimeSpan.FromSeconds(30), passed[^1] - passed[0]); // and not a moment longer than it must
    }
}
