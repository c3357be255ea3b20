using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Standalone.Serving;

/// <summary>
/// Makes conclusions durable: the raw trades first, then each engine's state together with what it concluded. What cannot be stored waits and
/// is stored with the next commit; an engine of which too much waits takes no trades until then. Conclusions go to the time series first: after a
/// crash in between they are drawn again, and the same points are written again. While the store fails they go there after it, once instead of every second.
/// </summary>
internal sealed partial class CommitLoop(
    EngineRouter router, IEngineStateStore states, ITradeLog log, PipelineStats stats, int maxWaiting, TimeProvider clock, ILogger<CommitLoop> logger,
    ISeriesSink? series = null) : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    // A state is written at most this often while nothing happens that people wait for.
    private static readonly TimeSpan StateAge = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<Symbol, long> _committedAt = [];

    /// <summary>Gets what is wrong with the store, or <see langword="null"/>.</summary>
    public string? Error { get; private set; }

    /// <summary>What is wrong, for people, or <see langword="null"/>.</summary>
    public string? Describe()
    {
        var full = router.Lanes.Where(lane => lane.IsFull).Select(lane => lane.Spec.Symbol).ToArray();
        return full.Length == 0 ? Error : $"{Error}; too much waits, so these take no trades until it is kept, and catch up then: {string.Join(", ", full)}";
    }

    /// <summary>Gets or sets who is told that alerts were recorded.</summary>
    public Action<IReadOnlyList<AlertTransition>>? AlertsRecorded { get; set; }

    /// <summary>Commits every second until cancelled.</summary>
    public Task RunAsync(JobLog jobs, CancellationToken cancellationToken) => jobs.RepeatAsync("commit", Period, clock, async outcome =>
    {
        await CommitAsync(everything: false, cancellationToken);
        outcome.Fail(Describe());
    }, cancellationToken);

    /// <summary>Commits what is due, or everything.</summary>
    /// <returns>Whether all of it is durable.</returns>
    public async Task<bool> CommitAsync(bool everything, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var taken = new List<(Lane Lane, EngineCommit Commit)>();
            foreach (var lane in router.Lanes.Where(lane => lane.Failure is null))
            {
                var due = everything || clock.GetElapsedTime(_committedAt.GetValueOrDefault(lane.Spec.Symbol)) >= StateAge;
                if (await lane.AskAsync(session => session.HasChanges && (due || session.HasNews) ? session.TakeCommit() : null, cancellationToken) is { } commit)
                {
                    taken.Add((lane, commit));
                }
            }

            return taken.Count == 0 || await StoreAsync(taken, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<bool> StoreAsync(List<(Lane Lane, EngineCommit Commit)> taken, CancellationToken cancellationToken)
    {
        var (started, failing) = (clock.GetTimestamp(), Error is not null);
        EngineCommit[] commits = [.. taken.Select(pair => pair.Commit)];
        try
        {
            await log.FlushAsync(cancellationToken);
            if (!failing)
            {
                await AppendSeriesAsync(commits, cancellationToken);
            }

            await states.CommitAsync(commits, cancellationToken);
        }
        catch (Exception exception)
        {
            foreach (var (lane, commit) in taken)
            {
                await lane.TellAsync(
                    session =>
                    {
                        session.PutBack(commit);
                        lane.IsFull |= session.Waiting >= maxWaiting;
                    },
                    CancellationToken.None);
            }

            if (exception is OperationCanceledException)
            {
                throw;
            }

            if (Error is null)
            {
                LogFailed(logger, exception);
            }

            Error = exception.Message;
            return false;
        }

        if (Error is not null)
        {
            LogRecovered(logger);
            Error = null;
        }

        stats.Store.Record(Micros.From(clock.GetElapsedTime(started)), stats.NowMicros);
        foreach (var (lane, commit) in taken)
        {
            _committedAt[lane.Spec.Symbol] = clock.GetTimestamp();
            if (commit.Base is not null)
            {
                await lane.TellAsync(session => session.OnStateWritten(), CancellationToken.None);
            }

            if (lane.IsFull)
            {
                lane.IsFull = false;
                await lane.TellAsync(session => session.OnInterrupted(stats.NowMicros), CancellationToken.None);
            }
        }

        var alerts = taken.SelectMany(pair => pair.Commit.Alerts).ToArray();
        if (alerts.Length > 0)
        {
            AlertsRecorded?.Invoke(alerts);
        }

        if (failing)
        {
            await AppendSeriesAsync(commits, CancellationToken.None);
        }

        return true;
    }

    /// <summary>An output that fails must not hold up the rest: its points are lost, and it says so itself.</summary>
    private async Task AppendSeriesAsync(IReadOnlyList<EngineCommit> commits, CancellationToken cancellationToken)
    {
        if (series is null)
        {
            return;
        }

        try
        {
            await series.AppendAsync(commits, cancellationToken);
        }
        catch (IOException)
        {
            // The sink has logged it and shows it in its health.
        }
    }

    [LoggerMessage(EventId = 5010, Level = LogLevel.Error, Message = "Conclusions cannot be stored; they wait and are tried every second")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 5011, Level = LogLevel.Information, Message = "Storing works again; nothing was lost")]
    private static partial void LogRecovered(ILogger logger);
}
