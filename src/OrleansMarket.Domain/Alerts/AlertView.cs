using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Alerts;

/// <summary>One alert as the outside sees it.</summary>
public sealed record AlertView
{
    /// <summary>Gets the identity as text (rule@version/symbol/start).</summary>
    public required string Key { get; init; }

    /// <summary>Gets the rule.</summary>
    public required string RuleId { get; init; }

    /// <summary>Gets the rule's name.</summary>
    public required string RuleName { get; init; }

    /// <summary>Gets the pair.</summary>
    public required Symbol Symbol { get; init; }

    /// <summary>Gets how serious it is.</summary>
    public required AlertSeverity Severity { get; init; }

    /// <summary>Gets where it stands.</summary>
    public required AlertState State { get; init; }

    /// <summary>Gets whether it is about the data rather than the market.</summary>
    public required bool IsDataQuality { get; init; }

    /// <summary>Gets when the condition began to hold, event time.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Gets when it fired.</summary>
    public DateTimeOffset? Fired { get; init; }

    /// <summary>Gets when it was resolved.</summary>
    public DateTimeOffset? Resolved { get; init; }

    /// <summary>Gets whether a repair took the alert back.</summary>
    public bool IsWithdrawn { get; init; }

    /// <summary>Gets what else is to be known, for people (is flapping, resolved by hand), or <see langword="null"/>.</summary>
    public string? Note { get; init; }

    /// <summary>Gets the value that decided the last transition.</summary>
    public required double Value { get; init; }

    /// <summary>Gets the threshold.</summary>
    public required double Threshold { get; init; }

    /// <summary>Gets the price then.</summary>
    public decimal? Price { get; init; }

    /// <summary>Gets the share of trade ids present, 0 to 1.</summary>
    public double Completeness { get; init; } = 1;

    /// <summary>Gets whether the decision had to wait for a repair.</summary>
    public bool IsLate { get; init; }

    /// <summary>Gets what became of telling it: pending, delivered, grouped, digest, suppressed, failed.</summary>
    public required string Delivery { get; init; }

    /// <summary>Gets the reason behind the delivery state (silence, inhibition, flapping, budget, error).</summary>
    public string? DeliveryNote { get; init; }
}
