using Orleans.Services;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Contracts.Jobs;

/// <summary>Tells which periodic jobs a silo runs; one on every silo.</summary>
[Alias("market.jobs")]
public interface IJobService : IGrainService
{
    /// <summary>The silo's jobs with their last runs.</summary>
    /// <param name="limit">At most so many runs of each.</param>
    [Alias("describe")]
    Task<JobView[]> DescribeAsync(int limit);
}
