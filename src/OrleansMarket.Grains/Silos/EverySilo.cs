using Orleans.Runtime.Services;
using OrleansMarket.Contracts.Silos;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Grains.Silos;

/// <summary>The jobs and caches of every silo of the cluster, asked of each; one that does not answer in time is named.</summary>
public sealed class EverySilo(IServiceProvider services, IClusterMembershipService membership, TimeProvider clock) : GrainServiceClient<ISiloService>(services), IJobs
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async ValueTask<JobsView> DescribeAsync(int limit, CancellationToken cancellationToken)
    {
        var (answers, silent) = await AskAsync(service => service.DescribeJobsAsync(limit), cancellationToken);
        return new JobsView(
            [
                .. answers.SelectMany(answer => answer.Answer.Select(job => job with { Server = answer.Silo }))
                    .OrderBy(job => job.Job, StringComparer.Ordinal).ThenBy(job => job.Server, StringComparer.Ordinal),
            ],
            silent);
    }

    /// <summary>Hits and misses of all silos together.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CacheCounts> CountCachesAsync(CancellationToken cancellationToken)
    {
        var (answers, silent) = await AskAsync(service => service.DescribeCachesAsync(), cancellationToken);
        return new CacheCounts(CacheCount.Sum(answers.SelectMany(answer => answer.Answer)), silent);
    }

    private async Task<(IReadOnlyList<(string Silo, T Answer)> Answers, IReadOnlyList<string> Silent)> AskAsync<T>(
        Func<ISiloService, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        var silos = membership.CurrentSnapshot.Members.Values.Where(member => member.Status is SiloStatus.Active or SiloStatus.ShuttingDown).ToArray();
        var answers = await Task.WhenAll(silos.Select(silo => AskAsync(silo, ask, cancellationToken)));
        return (
            [.. answers.Where(answer => answer.Answer is not null).Select(answer => (answer.Silo, answer.Answer!))],
            [.. answers.Where(answer => answer.Answer is null).Select(answer => answer.Silo).Order(StringComparer.Ordinal)]);
    }

    private async Task<(string Silo, T? Answer)> AskAsync<T>(ClusterMember silo, Func<ISiloService, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return (silo.Name, await ask(GetGrainService(silo.SiloAddress)).WaitAsync(Patience, clock, cancellationToken));
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return (silo.Name, null);
        }
    }
}
