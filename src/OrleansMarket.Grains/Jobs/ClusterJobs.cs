using Orleans.Runtime.Services;
using OrleansMarket.Contracts.Jobs;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Grains.Jobs;

/// <summary>The jobs of every silo of the cluster, asked of each; one that does not answer in time is named.</summary>
public sealed class ClusterJobs(IServiceProvider services, IClusterMembershipService membership, TimeProvider clock) : GrainServiceClient<IJobService>(services), IJobs
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async ValueTask<JobsView> DescribeAsync(int limit, CancellationToken cancellationToken)
    {
        var silos = membership.CurrentSnapshot.Members.Values.Where(member => member.Status is SiloStatus.Active or SiloStatus.ShuttingDown).ToArray();
        var answers = await Task.WhenAll(silos.Select(silo => AskAsync(silo, limit, cancellationToken)));
        return new JobsView(
            [.. answers.SelectMany(answer => answer.Jobs ?? []).OrderBy(job => job.Job, StringComparer.Ordinal).ThenBy(job => job.Server, StringComparer.Ordinal)],
            [.. answers.Where(answer => answer.Jobs is null).Select(answer => answer.Silo).Order(StringComparer.Ordinal)]);
    }

    private async Task<(string Silo, IReadOnlyList<JobView>? Jobs)> AskAsync(ClusterMember silo, int limit, CancellationToken cancellationToken)
    {
        try
        {
            var jobs = await GetGrainService(silo.SiloAddress).DescribeAsync(limit).WaitAsync(Patience, clock, cancellationToken);
            return (silo.Name, [.. jobs.Select(job => job with { Server = silo.Name })]);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return (silo.Name, null);
        }
    }
}
