using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansMarket.Contracts.Silos;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Grains.Silos;

/// <summary>Reads this silo's job log and cache counters for the others.</summary>
[Reentrant]
public sealed class SiloService(GrainId id, Silo silo, ILoggerFactory loggers, JobLog jobs, CacheCounters caches) : GrainService(id, silo, loggers), ISiloService
{
    /// <inheritdoc/>
    public Task<JobView[]> DescribeJobsAsync(int limit) => Task.FromResult<JobView[]>([.. jobs.Describe(limit)]);

    /// <inheritdoc/>
    public Task<CacheCount[]> DescribeCachesAsync() => Task.FromResult<CacheCount[]>([.. caches.Describe()]);
}
