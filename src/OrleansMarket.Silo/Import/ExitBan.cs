using OrleansMarket.Grains.Exchange;

namespace OrleansMarket.Silo.Import;

/// <summary>Until when the exchange wants nothing of an exit, in the grain storage of a cluster: asking again under a ban makes it longer.</summary>
internal sealed class ExitBan(GrainStates states, string exit)
{
    /// <summary>Writes a ban; a longer one stays.</summary>
    /// <returns>Whether it was written.</returns>
    public async Task<bool> ExtendAsync(DateTimeOffset until, string reason)
    {
        var grain = GrainId.Create("market.rate-budget", exit);
        var stored = await states.ReadAsync<RateBudgetState>(grain, RateBudgetState.Name);
        var ban = stored.RecordExists ? stored.State! : new RateBudgetState();
        if (until <= ban.BannedUntil)
        {
            return false;
        }

        (ban.BannedUntil, ban.Reason) = (until, reason);
        await states.WriteAsync(grain, RateBudgetState.Name, ban);
        return true;
    }
}
