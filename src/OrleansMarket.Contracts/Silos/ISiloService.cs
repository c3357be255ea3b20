using Orleans.Services;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Contracts.Silos;

/// <summary>Tells the others what only a silo itself knows: its periodic jobs and its caches. One on every silo.</summary>
[Alias("market.silo")]
public interface ISiloService : IGrainService
{
    /// <summary>The silo's jobs with their last runs.</summary>
    /// <param name="limit">At most so many runs of each.</param>
    [Alias("describe-jobs")]
    Task<JobView[]> DescribeJobsAsync(int limit);

    /// <summary>Hits and misses of the silo's caches.</summary>
    [Alias("describe-caches")]
    Task<CacheCount[]> DescribeCachesAsync();
}
