using System.Collections.Concurrent;

namespace OrleansMarket.Domain.Pipeline;

/// <summary>Remembers the last runs of each periodic job. Safe to use from several threads.</summary>
/// <param name="runsPerJob">How many runs of a job are kept.</param>
public sealed class JobLog(int runsPerJob = 100) : IJobs
{
    private readonly ConcurrentDictionary<string, History> _jobs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JobRound> _rounds = new(StringComparer.Ordinal);

    /// <summary>Hears of every run that begins, by the job's name; must not block.</summary>
    public event Action<string>? Started;

    /// <summary>Hears of every run that has ended; must not block.</summary>
    public event Action<JobRun>? Ended;

    /// <summary>Runs a job once and remembers what came of it. What it throws is remembered and thrown on; being stopped is not a run.</summary>
    /// <param name="job">The job's name; one of few.</param>
    /// <param name="clock">The time.</param>
    /// <param name="work">The work. It says <see cref="JobOutcome.Fail"/> of what went wrong without an exception.</param>
    /// <param name="cancellationToken">What stops the work: being cancelled by anything else is a failure.</param>
    public async Task RunAsync(string job, TimeProvider clock, Func<JobOutcome, Task> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(work);
        Started?.Invoke(job);
        await WatchAsync(clock, work, (time, duration, error) => Add(new JobRun(job, time, duration, error)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Does the part of a job that concerns one of many, a symbol or a shard. The parts that begin within a second are remembered as one run, when a later part
    /// begins or somebody asks: what many do each second costs one line a second.
    /// </summary>
    /// <param name="job">The job's name; one of few.</param>
    /// <param name="part">What it is done for; named in the error.</param>
    /// <param name="clock">The time.</param>
    /// <param name="work">The work. What it throws is remembered and thrown on; being stopped is not a run.</param>
    /// <param name="cancellationToken">What stops the work, as in <see cref="RunAsync"/>.</param>
    public async Task RunPartAsync(string job, string part, TimeProvider clock, Func<JobOutcome, Task> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(work);
        await WatchAsync(clock, work, (time, duration, error) =>
        {
            if (_rounds.GetOrAdd(job, static (name, clock) => new JobRound(name, clock), clock).Add(part, time, duration, error) is { } ended)
            {
                Add(ended);
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a job after each period until cancelled, and remembers every run.</summary>
    /// <param name="job">The job's name; one of few.</param>
    /// <param name="period">The time between two runs.</param>
    /// <param name="clock">The time.</param>
    /// <param name="work">The work. What it throws ends the loop.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task RepeatAsync(string job, TimeSpan period, TimeProvider clock, Func<JobOutcome, Task> work, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(period, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            await RunAsync(job, clock, work, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Every job with its last runs, newest first, in order of name.</summary>
    /// <param name="limit">At most so many runs of each.</param>
    public IReadOnlyList<JobView> Describe(int limit)
    {
        foreach (var round in _rounds.Values)
        {
            if (round.TakeEnded() is { } ended)
            {
                Add(ended);
            }
        }

        return [.. _jobs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value.Describe(pair.Key, limit))];
    }

    /// <inheritdoc/>
    ValueTask<JobsView> IJobs.DescribeAsync(int limit, CancellationToken cancellationToken) => ValueTask.FromResult(new JobsView(Describe(limit), []));

    /// <summary>Does some work and tells when it began, how long it took and what went wrong; nothing when it was stopped.</summary>
    private static async Task WatchAsync(TimeProvider clock, Func<JobOutcome, Task> work, Action<DateTimeOffset, TimeSpan, string?> ended, CancellationToken stop)
    {
        var (time, begun, outcome) = (clock.GetUtcNow(), clock.GetTimestamp(), new JobOutcome());
        try
        {
            await work(outcome).ConfigureAwait(false);
        }
        catch (Exception exception) when (!exception.IsStop(stop))
        {
            ended(time, clock.GetElapsedTime(begun), exception.Message);
            throw;
        }

        ended(time, clock.GetElapsedTime(begun), outcome.Error);
    }

    private void Add(JobRun run)
    {
        _jobs.GetOrAdd(run.Job, static (_, capacity) => new History(capacity), runsPerJob).Add(run);
        Ended?.Invoke(run);
    }

    private sealed class History(int capacity)
    {
        private readonly Lock _lock = new();
        private readonly Queue<JobRun> _runs = new(capacity);
        private long _succeeded;
        private long _failed;

        public void Add(JobRun run)
        {
            lock (_lock)
            {
                _succeeded += run.Success ? 1 : 0;
                _failed += run.Success ? 0 : 1;
                if (_runs.Count == capacity)
                {
                    _runs.Dequeue();
                }

                _runs.Enqueue(run);
            }
        }

        public JobView Describe(string job, int limit)
        {
            lock (_lock)
            {
                return new JobView(job, _succeeded, _failed, [.. _runs.Reverse().Take(limit)]);
            }
        }
    }
}

/// <summary>What came of a run, said by the run itself.</summary>
public sealed class JobOutcome
{
    /// <summary>Gets the first thing that went wrong, or <see langword="null"/>.</summary>
    public string? Error { get; private set; }

    /// <summary>Says that something went wrong; the first word counts, and <see langword="null"/> says nothing.</summary>
    public void Fail(string? error) => Error ??= error;
}

/// <summary>One run of a periodic job.</summary>
/// <param name="Job">The job.</param>
/// <param name="Started">When it began, the server's clock.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Error">What went wrong; <see langword="null"/> when nothing did.</param>
public sealed record JobRun(string Job, DateTimeOffset Started, TimeSpan Duration, string? Error)
{
    /// <summary>Gets whether nothing went wrong.</summary>
    public bool Success => Error is null;
}

/// <summary>A periodic job.</summary>
/// <param name="Job">Its name.</param>
/// <param name="Succeeded">Runs that ended well since start.</param>
/// <param name="Failed">Runs that did not.</param>
/// <param name="Runs">The last runs, newest first.</param>
/// <param name="Server">The server that runs it; <see langword="null"/> where there is only one.</param>
public sealed record JobView(string Job, long Succeeded, long Failed, IReadOnlyList<JobRun> Runs, string? Server = null);
