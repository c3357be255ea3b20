using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Sinks.Alerts;

/// <summary>
/// Takes transitions from the log to the outbox and messages from the outbox to the outputs, each output on its own. Trouble is logged and
/// shown in <see cref="AlertDeliveryStatus"/>; it stops neither the engines nor the other outputs.
/// </summary>
public sealed partial class AlertDeliveryService(
    IAlertStore store, IEnumerable<IAlertChannel> channels, IOptions<AlertOptions> options, AlertDeliveryStatus status, AlertInstruments instruments,
    TimeProvider clock, ILogger<AlertDeliveryService> logger, PipelineStats? stats = null, AlertTraces? traces = null,
    JobLog? jobs = null) : BackgroundService, IAlertDelivery
{
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TrimEvery = TimeSpan.FromMinutes(10);

    /// <summary>How long a send that is under way may take to end when we are stopped.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<IAlertChannel> _channels = [.. channels];
    private readonly AlertOptions _options = options.Value;
    private readonly JobLog _jobs = jobs ?? new JobLog();

    /// <inheritdoc/>
    public string? Trouble => status.Describe();

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        LogStarted(logger, _channels.Count == 0 ? "no output: they are recorded only" : string.Join(", ", _channels.Select(channel => channel.Name)));
        foreach (var channel in _channels)
        {
            instruments.OnStarted(channel.Name);
        }

        using var term = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var sending = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        await using var farewell = term.Token.Register(() => sending.CancelAfter(Farewell));
        try
        {
            var log = await BeginTermAsync(term.Token).ConfigureAwait(false);
            await Task.WhenAll([.. ((Task[])
                [DispatchAsync(log, term.Token), TrimAsync(log, term.Token), .. _channels.Select(channel => DrainAsync(log, channel, sending.Token, term.Token))]).Select(Part)]).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (term.IsCancellationRequested)
        {
            // Stopped; what is under way is in the store.
        }

        async Task Part(Task part)
        {
            try
            {
                await part.ConfigureAwait(false);
            }
            catch (AlertTermEndedException)
            {
                // Somebody else has begun: the other parts end, too.
                LogTermEnded(logger);
                await term.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<IAlertStore> BeginTermAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await store.BeginTermAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsTrouble(exception, cancellationToken))
            {
                OnTrouble("dispatch", exception);
            }

            await Task.Delay(StoreRetry, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task DispatchAsync(IAlertStore log, CancellationToken cancellationToken)
    {
        AlertJournal? journal = null;
        while (true)
        {
            var pause = _options.Poll;
            await _jobs.RunPartAsync("alerts-dispatch", "dispatch", clock, async outcome =>
            {
                try
                {
                    if (journal is null)
                    {
                        var opened = new AlertJournal(
                            log, new(new() { GroupWindow = _options.GroupWindow, BudgetPeriod = _options.BudgetPeriod }), [.. _channels.Select(channel => channel.Name)]);
                        await opened.OpenAsync(clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
                        journal = opened;
                    }

                    instruments.OnQueued(await journal.PumpAsync(clock.GetUtcNow(), cancellationToken).ConfigureAwait(false));
                    status.Set("dispatch", null);
                }
                catch (Exception exception) when (IsTrouble(exception, cancellationToken))
                {
                    // Nothing of the last transaction was written: the next journal begins from what was.
                    journal = null;
                    pause = StoreRetry;
                    OnTrouble("dispatch", exception, outcome);
                }
            }, cancellationToken).ConfigureAwait(false);
            await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes what has ended and grown too old or too much.</summary>
    private async Task TrimAsync(IAlertStore log, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _jobs.RunAsync("alerts-upkeep", clock, async outcome =>
            {
                try
                {
                    await log.TrimAsync(clock.GetUtcNow() - _options.Retention, _options.MaxAlerts, cancellationToken).ConfigureAwait(false);
                    status.Set("retention", null);
                }
                catch (Exception exception) when (IsTrouble(exception, cancellationToken))
                {
                    OnTrouble("retention", exception, outcome);
                }
            }, cancellationToken).ConfigureAwait(false);
            await Task.Delay(TrimEvery, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task DrainAsync(IAlertStore log, IAlertChannel channel, CancellationToken sending, CancellationToken cancellationToken)
    {
        var courier = new AlertCourier(log, channel, new() { BackOff = _options.BackOff, MaxBackOff = _options.MaxBackOff, MaxAge = _options.MaxAge }, traces);
        while (true)
        {
            var pause = _options.Poll;
            await _jobs.RunPartAsync("alerts-deliver", channel.Name, clock, async outcome =>
            {
                try
                {
                    var step = await courier.StepAsync(clock, Random.Shared.NextDouble(), sending, cancellationToken).ConfigureAwait(false);
                    Report(courier, step);
                    outcome.Fail(step.Entry is { Status: not OutboxStatus.Delivered } entry ? entry.Error : null);
                    if (step.NextTime is { } next)
                    {
                        pause = next - clock.GetUtcNow();
                    }
                }
                catch (Exception exception) when (IsTrouble(exception, cancellationToken))
                {
                    pause = StoreRetry;
                    OnTrouble(channel.Name, exception, outcome);
                }
            }, cancellationToken).ConfigureAwait(false);

            // Whole milliseconds, upwards: a delay cuts them off, and less than one would be none. No longer than the poll, so that a clock that
            // was set back cannot keep messages waiting.
            pause = TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(pause.TotalMilliseconds), 1, _options.Poll.TotalMilliseconds));
            await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Report(AlertCourier courier, CourierStep step)
    {
        if (step is not { Entry: { } entry, Outcome: { } outcome })
        {
            return;
        }

        instruments.OnAttempt(courier.Channel, outcome, clock.GetUtcNow() - entry.Message.CreatedTime);
        if (entry.Status == OutboxStatus.Delivered)
        {
            foreach (var told in entry.Message.Transitions)
            {
                stats?.OnAlertTold(told.TimeMicros);
            }

            if (status.Set(courier.Channel, null))
            {
                LogRecovered(logger, courier.Channel);
            }
        }
        else if (entry.Status == OutboxStatus.GaveUp)
        {
            status.Set(courier.Channel, entry.Error);
            LogGaveUp(logger, courier.Channel, entry.Error!);
        }
        else if (status.Set(courier.Channel, entry.Error))
        {
            LogTrouble(logger, courier.Channel, entry.Error!);
        }
    }

    // A connection that was lost while the process was frozen may call its questions cancelled, too: only a stop is none.
    private static bool IsTrouble(Exception exception, CancellationToken stop) =>
        exception is not AlertTermEndedException && !exception.IsStop(stop);

    private void OnTrouble(string part, Exception exception, JobOutcome? outcome = null)
    {
        // The kind of failure, not its text: a text may quote what we were about to send.
        var failure = exception.GetType().Name;
        outcome?.Fail($"the store failed ({failure})");
        if (status.Set(part, $"the store failed ({failure})"))
        {
            LogStoreFailed(logger, part, failure);
        }
    }
}
