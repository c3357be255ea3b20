using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Web.Jobs;

/// <summary>The periodic jobs, in order of name.</summary>
public sealed record JobsResponse
{
    /// <summary>Gets when the answer was made, the server's clock.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Gets the jobs that have run.</summary>
    public required IReadOnlyList<JobHistory> Jobs { get; init; }

    /// <summary>Gets the servers that did not say in time which jobs they run.</summary>
    public required IReadOnlyList<string> Silent { get; init; }
}

/// <summary>One periodic job.</summary>
public sealed record JobHistory
{
    /// <summary>Gets its name.</summary>
    public required string Job { get; init; }

    /// <summary>Gets the server that runs it; null where there is only one.</summary>
    public string? Server { get; init; }

    /// <summary>Gets how many runs ended well since start.</summary>
    public required long Succeeded { get; init; }

    /// <summary>Gets how many runs did not.</summary>
    public required long Failed { get; init; }

    /// <summary>Gets the last runs, newest first.</summary>
    public required IReadOnlyList<JobResult> Runs { get; init; }

    internal static JobHistory From(JobView job) => new()
    {
        Job = job.Job,
        Server = job.Server,
        Succeeded = job.Succeeded,
        Failed = job.Failed,
        Runs = [.. job.Runs.Select(run => new JobResult(run.Started, run.Success, run.Duration.TotalMilliseconds, run.Error))],
    };
}

/// <summary>One run of a job.</summary>
/// <param name="Started">When it began, the server's clock.</param>
/// <param name="Success">Whether nothing went wrong.</param>
/// <param name="DurationMs">How long it took, ms.</param>
/// <param name="Error">What went wrong; null when nothing did.</param>
public sealed record JobResult(DateTimeOffset Started, bool Success, double DurationMs, string? Error);
