using OrleansMarket.Contracts.Exchange;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Silo.Exchange;

/// <summary>The budget of the exit that this silo shares with others. Where it cannot be asked, nothing is sent: it is asked again a moment later.</summary>
public sealed partial class ClusterExchangeBudget(IGrainFactory grains, string exit, TimeProvider clock, ILogger<ClusterExchangeBudget> logger) : IExchangeBudget
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(2);

    private int _limit;

    private IRateBudgetGrain Grain => grains.GetGrain<IRateBudgetGrain>(exit);

    /// <inheritdoc/>
    public async ValueTask<BudgetAnswer> TakeAsync(int weight, RequestPriority priority, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var answer = await Grain.TakeAsync(weight, (byte)priority, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            return new BudgetAnswer(answer.Wait, answer.Reason, answer.Used, answer.Limit);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotAsked(logger, exit, exception.Message);
            return new BudgetAnswer(AskAgain, "the budget that the silos share cannot be asked now", 0, 0);
        }
    }

    /// <inheritdoc/>
    public void OnUsed(int used) => Tell(Grain.OnUsedAsync(used));

    /// <inheritdoc/>
    public void SetLimit(int weightPerMinute)
    {
        if (Interlocked.Exchange(ref _limit, weightPerMinute) != weightPerMinute)
        {
            Tell(Grain.SetLimitAsync(weightPerMinute));
        }
    }

    /// <inheritdoc/>
    public async ValueTask BlockAsync(TimeSpan duration, string reason, CancellationToken cancellationToken)
    {
        try
        {
            await Grain.BlockAsync(clock.GetUtcNow() + duration, reason, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // This silo remembers by itself; the others will be told by the exchange.
            LogNotTold(logger, exit, exception.Message);
        }
    }

    private void Tell(Task telling) => telling.ContinueWith(
        task => LogNotTold(logger, exit, task.Exception!.InnerException!.Message), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    [LoggerMessage(EventId = 6211, Level = LogLevel.Warning, Message = "The request budget of {Exit} cannot be asked, nothing is sent meanwhile: {Reason}")]
    private static partial void LogNotAsked(ILogger logger, string exit, string reason);

    [LoggerMessage(EventId = 6212, Level = LogLevel.Warning, Message = "The request budget of {Exit} could not be told: {Reason}")]
    private static partial void LogNotTold(ILogger logger, string exit, string reason);
}
