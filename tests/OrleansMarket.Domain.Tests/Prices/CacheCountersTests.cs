using OrleansMarket.Domain.Prices;
using Shouldly;

namespace OrleansMarket.Domain.Tests.Prices;

public class CacheCountersTests
{
    [Fact]
    public void HitRate_IsZeroBeforeTheFirstRequest_ThenTheShareOfHits()
    {
        new CacheCount("prices", 0, 0).HitRate.ShouldBe(0);
        var caches = new CacheCounters();
        foreach (var hit in (bool[])[true, true, true, false])
        {
            caches.Record("prices", hit);
        }

        caches.Record("portfolio", false);
        caches.Describe().Select(cache => (cache.Cache, cache.Requests, cache.HitRate)).ShouldBe([("portfolio", 1, 0), ("prices", 4, 0.75)]);
    }
}
