using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Pipeline;

public sealed class RateMeterTests
{
    private const long Now = 1_700_000_000_000_000;

    [Fact]
    public void PerSecond_CountsTheLastTenWholeSeconds()
    {
        var meter = new RateMeter();
        for (var second = 0; second < 30; second++)
        {
            meter.Add(second < 20 ? 100 : 7, Now + (second * Micros.PerSecond));
        }

        Assert.Equal(7, meter.PerSecond(Now + (30 * Micros.PerSecond)));
        Assert.Equal(3.5, meter.PerSecond(Now + (35 * Micros.PerSecond)));
        Assert.Equal(0, meter.PerSecond(Now + (45 * Micros.PerSecond)));
    }
}
