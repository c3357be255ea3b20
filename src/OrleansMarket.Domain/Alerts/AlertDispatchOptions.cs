namespace OrleansMarket.Domain.Alerts;

/// <summary>How transitions become messages.</summary>
public sealed record AlertDispatchOptions
{
    /// <summary>Gets how long the first of a group waits for others of the same rule and severity. Default: 5 seconds.</summary>
    public TimeSpan GroupWindow { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how many transitions close a group early. Default: 200.</summary>
    public int MaxGroup { get; init; } = 200;

    /// <summary>Gets over what time a rule's budget counts, and how long its digest collects. Default: one hour.</summary>
    public TimeSpan BudgetPeriod { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Gets how many transitions a digest lists; the rest is recorded as suppressed and counted in it. Default: 1,000.</summary>
    public int MaxDigest { get; init; } = 1_000;

    /// <summary>Gets the budget of a rule that is no longer known. Default: 20 messages.</summary>
    public int DefaultBudget { get; init; } = 20;
}
