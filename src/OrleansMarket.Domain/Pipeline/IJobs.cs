namespace OrleansMarket.Domain.Pipeline;

/// <summary>The periodic jobs of the whole product; each host implements it.</summary>
public interface IJobs
{
    /// <summary>Every job with its last runs, newest first, in order of name.</summary>
    /// <param name="limit">At most so many runs of each.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<JobsView> DescribeAsync(int limit, CancellationToken cancellationToken);
}

/// <summary>The periodic jobs of the whole product.</summary>
/// <param name="Jobs">The jobs, in order of name; one that several servers run once for each of them.</param>
/// <param name="Silent">The servers that did not say in time which jobs they run.</param>
public sealed record JobsView(IReadOnlyList<JobView> Jobs, IReadOnlyList<string> Silent);
