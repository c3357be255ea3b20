using Microsoft.Extensions.Logging;
using OrleansMarket.Contracts.Alerts;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Grains.Placement;
using OrleansMarket.Grains.Telemetry;

namespace OrleansMarket.Grains.Alerts;

/// <summary>
/// Owns the alert log: takes transitions, decides what is told of them and tells it, one message after the other. All of it is in the store, so a new
/// activation goes on where the one before stopped; a reminder makes sure that there is one.
/// </summary>
[GrainType("market.slack")]
[KeepAlive]
[OnRole(SiloRoles.Market)]
public sealed partial class SlackGrain(IAlertStore store, IAlertDelivery delivery, TimeProvider clock, ILogger<SlackGrain> logger, IAlertTraces? traces = null)
    : Grain, ISlackGrain, IRemindable, IDisposable
{
    private const string Reminder = "deliver";
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _stop = new();
    private Task _delivering = Task.CompletedTask;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await this.RegisterOrUpdateReminder(Reminder, ReminderPeriod, ReminderPeriod);
        using var own = ExecutionContext.SuppressFlow();
        _delivering = Task.Run(() => delivery.RunAsync(_stop.Token), CancellationToken.None);
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _delivering.WaitAsync(Farewell, clock, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    /// <inheritdoc/>
    public Task ReceiveReminder(string reminderName, TickStatus status) => KeepAsync(CancellationToken.None);

    /// <inheritdoc/>
    public Task KeepAsync(CancellationToken cancellationToken)
    {
        if (_delivering.IsCompleted)
        {
            LogStopped(logger, _delivering.Exception?.GetBaseException());
            DeactivateOnIdle();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<AlertView[]> AppendAsync(AlertTransition[] transitions, CancellationToken cancellationToken)
    {
        using var followed = TradeTraces.BeginRecord(transitions.Length);
        if (followed is not null)
        {
            traces?.Remember(transitions, followed.Context);
        }

        await store.AppendAsync(transitions, clock.GetUtcNow(), cancellationToken);
        var views = new List<AlertView>();
        foreach (var key in transitions.Select(transition => transition.Key).Distinct())
        {
            if (await store.ReadAlertAsync(key, cancellationToken) is { Count: > 0 } records)
            {
                views.Add(AlertViews.From(records));
            }
        }

        return [.. views];
    }

    /// <inheritdoc/>
    public Task<string?> GetTroubleAsync(CancellationToken cancellationToken) => Task.FromResult(delivery.Trouble);

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    [LoggerMessage(EventId = 3101, Level = LogLevel.Error, Message = "The delivery of alerts ended by itself and is begun again")]
    private static partial void LogStopped(ILogger logger, Exception? exception);
}
