namespace OrleansMarket.Contracts.Exchange;

/// <summary>Whether a request may be sent.</summary>
[GenerateSerializer]
[Immutable]
[Alias("market.rate-budget-answer.v1")]
public readonly record struct RateBudgetAnswer
{
    /// <summary>Gets how long to wait before asking again; zero when it may be sent.</summary>
    [Id(0)]
    public TimeSpan Wait { get; init; }

    /// <summary>Gets why not, for people; <see langword="null"/> when it may.</summary>
    [Id(1)]
    public string? Reason { get; init; }

    /// <summary>Gets the weight used in the running minute.</summary>
    [Id(2)]
    public int Used { get; init; }

    /// <summary>Gets the weight allowed per minute.</summary>
    [Id(3)]
    public int Limit { get; init; }
}
