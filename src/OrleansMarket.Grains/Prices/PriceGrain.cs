using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansMarket.Contracts.Prices;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Grains.Placement;

namespace OrleansMarket.Grains.Prices;

/// <summary>
/// Asks the price sources by grain timers, each at its own pace, and shares what they say. A reminder and the leading silo wake it, so that another silo goes on
/// where one has died. It does so without storage too: what it asks for is worth more than what it remembers.
/// </summary>
[GrainType("market.price")]
[KeepAlive]
[Reentrant]
[OnRole(SiloRoles.Ingress)]
public sealed partial class PriceGrain(IPricePolling polling, JobLog jobs, TimeProvider clock, ILogger<PriceGrain> logger) : Grain, IPriceGrain, IRemindable
{
    private const string Reminder = "poll";
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    private bool _isReminded;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await polling.BeginAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogForgetful(logger, exception.Message);
        }

        foreach (var job in polling.Jobs)
        {
            this.RegisterGrainTimer(
                (work, token) => jobs.RunAsync(work.Name, clock, outcome => work.RunAsync(outcome, token), token), job,
                new GrainTimerCreationOptions(job.StartsAtOnce ? TimeSpan.Zero : job.Period, job.Period) { Interleave = true });
        }
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        polling.End();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<PriceBasis[]> AskAsync(string[] assets, CancellationToken cancellationToken) => [.. await polling.AskAsync(assets, cancellationToken)];

    /// <inheritdoc/>
    public Task<PriceStatus> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(polling.Describe());

    /// <inheritdoc/>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        if (!_isReminded)
        {
            await this.RegisterOrUpdateReminder(Reminder, ReminderPeriod, ReminderPeriod);
            _isReminded = true;
        }
    }

    /// <inheritdoc/>
    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;

    [LoggerMessage(EventId = 3401, Level = LogLevel.Warning, Message = "Prices begin without what was known before: {Reason}")]
    private static partial void LogForgetful(ILogger logger, string reason);
}
