namespace OrleansMarket.Domain.Alerts;

/// <summary>One message to people, the same for every output; an output decides how it looks.</summary>
public sealed record OutboxMessage
{
    /// <summary>Gets the identity: the same transitions in the same kind of message give the same id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets what kind of message it is.</summary>
    public required OutboxKind Kind { get; init; }

    /// <summary>Gets the rule.</summary>
    public required string RuleId { get; init; }

    /// <summary>Gets the rule's name, for people.</summary>
    public required string RuleName { get; init; }

    /// <summary>Gets what the rule watches, or <see langword="null"/> when the rule is no longer known; decides the unit of the figures.</summary>
    public Analytics.Signal? Signal { get; init; }

    /// <summary>Gets the most serious of the transitions.</summary>
    public required AlertSeverity Severity { get; init; }

    /// <summary>Gets the transitions told, in order; at least one.</summary>
    public required IReadOnlyList<AlertTransition> Transitions { get; init; }

    /// <summary>Gets when it was put together, our clock.</summary>
    public required DateTimeOffset CreatedTime { get; init; }

    /// <summary>Gets how many more transitions it stands for that are recorded but not listed; more than 0 only in a digest.</summary>
    public int NotListed { get; init; }

    /// <summary>Gets the message that first told the alert, for amendments; <see langword="null"/> when there is none.</summary>
    public string? FirstMessageId { get; init; }

    /// <summary>Gets the transition that was told first, for amendments, so that a new message can name it.</summary>
    public AlertTransition? First { get; init; }
}

/// <summary>What kind of message it is.</summary>
public enum OutboxKind : byte
{
    /// <summary>One transition.</summary>
    Alert,

    /// <summary>Several transitions of one rule and severity within a short time.</summary>
    Group,

    /// <summary>What a rule's hourly budget held back.</summary>
    Digest,

    /// <summary>A repair corrected or withdrew an alert that was told.</summary>
    Amendment,
}
