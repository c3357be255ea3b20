using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Alerts;

/// <summary>Keeps matching alerts from being told for a while; they are recorded as suppressed.</summary>
public sealed record AlertSilence
{
    /// <summary>Gets the id, given by the store.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the rule, or <see langword="null"/> for all.</summary>
    public string? RuleId { get; init; }

    /// <summary>Gets the pair, or <see langword="null"/> for all.</summary>
    public Symbol? Symbol { get; init; }

    /// <summary>Gets the start, inclusive.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Gets the end, exclusive; at most 30 days after the start.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Gets why, for people; 1 to 200 characters.</summary>
    public required string Reason { get; init; }
}
