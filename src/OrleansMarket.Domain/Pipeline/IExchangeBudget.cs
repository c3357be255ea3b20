namespace OrleansMarket.Domain.Pipeline;

/// <summary>The request weight that one address may use, shared by all who send from it: one process, or the silos behind one exit.</summary>
public interface IExchangeBudget
{
    /// <summary>Takes weight for one request. Never waits: a request over budget, or under a ban, is told when to come back.</summary>
    ValueTask<BudgetAnswer> TakeAsync(int weight, RequestPriority priority, CancellationToken cancellationToken);

    /// <summary>Takes over what the exchange has counted in its running minute.</summary>
    void OnUsed(int used);

    /// <summary>Takes over the limit that the exchange tells.</summary>
    void SetLimit(int weightPerMinute);

    /// <summary>The exchange wants no request from this address for a while.</summary>
    ValueTask BlockAsync(TimeSpan duration, string reason, CancellationToken cancellationToken);
}

/// <summary>Whether a request may be sent.</summary>
/// <param name="Wait">How long to wait before asking again; zero when it may be sent.</param>
/// <param name="Reason">Why not, for people; <see langword="null"/> when it may.</param>
/// <param name="Used">The weight used in the running minute.</param>
/// <param name="Limit">The weight allowed per minute.</param>
public readonly record struct BudgetAnswer(TimeSpan Wait, string? Reason, int Used, int Limit)
{
    /// <summary>Gets whether the request may be sent.</summary>
    public bool IsGranted => Reason is null;
}
