namespace OrleansMarket.Contracts.Exchange;

/// <summary>Holds the request weight of one exit to the internet, and until when the exchange has banned it. Key: the exit's name.</summary>
[Alias("market.rate-budget")]
public interface IRateBudgetGrain : IGrainWithStringKey
{
    /// <summary>Takes weight for one request.</summary>
    /// <param name="weight">Its weight.</param>
    /// <param name="priority">What it is for: 0 live, 1 repair, 2 audit.</param>
    /// <param name="cancellationToken">Gives up.</param>
    [Alias("take")]
    Task<RateBudgetAnswer> TakeAsync(int weight, byte priority, CancellationToken cancellationToken);

    /// <summary>Takes over what the exchange has counted in its running minute.</summary>
    [Alias("on-used")]
    Task OnUsedAsync(int used);

    /// <summary>Takes over the weight that the exchange allows per minute.</summary>
    [Alias("set-limit")]
    Task SetLimitAsync(int weightPerMinute);

    /// <summary>Bans the exit until an instant; a longer ban stays. Durable when the task completes.</summary>
    [Alias("block")]
    Task BlockAsync(DateTimeOffset until, string reason, CancellationToken cancellationToken);
}
