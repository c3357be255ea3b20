using OrleansMarket.Contracts.Exchange;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Grains.Exchange;

/// <summary>One budget for all silos that leave by the same address.</summary>
[GrainType("market.rate-budget")]
public sealed class RateBudgetGrain([PersistentState(RateBudgetState.Name)] IPersistentState<RateBudgetState> ban, TimeProvider clock) : Grain, IRateBudgetGrain
{
    private const int UnknownLimit = 6_000;

    // Bans scale from 2 minutes to 3 days; a longer one is a mistake of somebody's clock. Source: Binance Spot API, "LIMITS".
    private static readonly TimeSpan LongestBan = TimeSpan.FromDays(3);

    private readonly ExchangeBudget _budget = new(clock, UnknownLimit);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _budget.SetLimit(ban.State.Limit);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<RateBudgetAnswer> TakeAsync(int weight, byte priority, CancellationToken cancellationToken)
    {
        var banned = ban.State.BannedUntil - clock.GetUtcNow();
        if (banned > TimeSpan.Zero)
        {
            return new() { Wait = banned, Reason = ban.State.Reason, Used = _budget.Used, Limit = _budget.Limit };
        }

        var answer = await _budget.TakeAsync(weight, (RequestPriority)priority, cancellationToken);
        return new() { Wait = answer.Wait, Reason = answer.Reason, Used = answer.Used, Limit = answer.Limit };
    }

    /// <inheritdoc/>
    public Task OnUsedAsync(int used)
    {
        _budget.OnUsed(used);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task SetLimitAsync(int weightPerMinute)
    {
        _budget.SetLimit(weightPerMinute);
        if (weightPerMinute > 0 && ban.State.Limit != weightPerMinute)
        {
            ban.State.Limit = weightPerMinute;
            await ban.WriteStateAsync();
        }
    }

    /// <inheritdoc/>
    public async Task BlockAsync(DateTimeOffset until, string reason, CancellationToken cancellationToken)
    {
        var latest = clock.GetUtcNow() + LongestBan;
        until = until < latest ? until : latest;
        if (until > ban.State.BannedUntil)
        {
            (ban.State.BannedUntil, ban.State.Reason) = (until, reason);
            await ban.WriteStateAsync(cancellationToken);
        }
    }
}
