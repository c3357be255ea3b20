namespace OrleansMarket.Domain.Alerts;

/// <summary>How one attempt to deliver a message went.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="RetryAfter">How long the output asked us to wait, or <see langword="null"/>.</param>
/// <param name="Reason">What was met, for people; never holds a secret.</param>
/// <param name="Receipt">What the output needs for editing the message later, or <see langword="null"/>.</param>
public readonly record struct Delivery(DeliveryStatus Status, TimeSpan? RetryAfter = null, string? Reason = null, string? Receipt = null);

/// <summary>The outcome of an attempt.</summary>
public enum DeliveryStatus : byte
{
    /// <summary>The output has it.</summary>
    Delivered,

    /// <summary>The output certainly does not have it; later it may take it.</summary>
    RetryLater,

    /// <summary>The output will never take it.</summary>
    GiveUp,

    /// <summary>The answer was lost: the output may have it. Retried, and marked as a possible repeat.</summary>
    Unknown,
}
