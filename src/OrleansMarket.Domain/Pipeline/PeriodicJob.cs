namespace OrleansMarket.Domain.Pipeline;

/// <summary>Work that somebody is to do again and again: a loop, or the timer of a grain.</summary>
/// <param name="Name">The job's name in <see cref="JobLog"/>.</param>
/// <param name="Period">The time between two runs.</param>
/// <param name="StartsAtOnce">Whether the first run comes before the first period.</param>
/// <param name="RunAsync">One run.</param>
public sealed record PeriodicJob(string Name, TimeSpan Period, bool StartsAtOnce, Func<JobOutcome, CancellationToken, Task> RunAsync);
