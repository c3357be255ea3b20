using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansMarket.Contracts.Jobs;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Grains.Jobs;

/// <summary>Reads this silo's job log for the others.</summary>
[Reentrant]
public sealed class JobService(GrainId id, Silo silo, ILoggerFactory loggers, JobLog jobs) : GrainService(id, silo, loggers), IJobService
{
    /// <inheritdoc/>
    public Task<JobView[]> DescribeAsync(int limit) => Task.FromResult<JobView[]>([.. jobs.Describe(limit)]);
}
