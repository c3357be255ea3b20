using System.Diagnostics.Metrics;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Web.Metrics;

/// <summary>Periodic jobs as metrics; those of the job that fetches bitcoin's price also under the names that dashboards of Celery know.</summary>
/// <remarks>Tags, bounded by the code: <c>market.job</c>, <c>market.outcome</c>, <c>task_name</c>.</remarks>
internal sealed class JobInstruments
{
    private const string Celery = "market_data.";

    private readonly Counter<long> _runs;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _started;
    private readonly Counter<long> _succeeded;
    private readonly Histogram<double> _taskDuration;

    public JobInstruments(JobLog jobs, IMeterFactory meters)
    {
        var meter = meters.Create(MarketInstruments.MeterName);
        _runs = meter.CreateCounter<long>("market.job.runs", "{run}", "Runs of periodic jobs that have ended, by outcome.");
        _duration = meter.CreateHistogram<double>("market.job.duration", "s", "How long runs of periodic jobs took.");
        _started = meter.CreateCounter<long>("celery_task_started", null, "Runs that have begun of the job that fetches bitcoin's price.");
        _succeeded = meter.CreateCounter<long>("celery_task_succeeded", null, "Runs that ended well of the job that fetches bitcoin's price.");
        _taskDuration = meter.CreateHistogram<double>("celery_task_duration", "s", "How long runs of the job that fetches bitcoin's price took.");
        jobs.Started += OnStarted;
        jobs.Ended += OnEnded;
    }

    private static KeyValuePair<string, object?>? TaskOf(string job) =>
        job.StartsWith(Celery, StringComparison.Ordinal) ? new("task_name", job[Celery.Length..]) : null;

    private void OnStarted(string job)
    {
        if (TaskOf(job) is { } task)
        {
            _started.Add(1, task);
        }
    }

    private void OnEnded(JobRun run)
    {
        var job = new KeyValuePair<string, object?>("market.job", run.Job);
        _runs.Add(1, job, new KeyValuePair<string, object?>("market.outcome", run.Success ? "ok" : "failed"));
        _duration.Record(run.Duration.TotalSeconds, job);
        if (TaskOf(run.Job) is { } task)
        {
            if (run.Success)
            {
                _succeeded.Add(1, task);
            }

            _taskDuration.Record(run.Duration.TotalSeconds, task);
        }
    }
}
