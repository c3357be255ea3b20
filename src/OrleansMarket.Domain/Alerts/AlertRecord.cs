namespace OrleansMarket.Domain.Alerts;

/// <summary>One recorded transition and what became of telling it.</summary>
public sealed record AlertRecord
{
    /// <summary>Gets the transition.</summary>
    public required AlertTransition Transition { get; init; }

    /// <summary>Gets the identity: <see cref="AlertTransition.Id"/>.</summary>
    public string Id => Transition.Id;

    /// <summary>Gets when it was taken into the log, our clock.</summary>
    public required DateTimeOffset AcceptedTime { get; init; }

    /// <summary>Gets where its telling stands.</summary>
    public required AlertDelivery Delivery { get; init; }

    /// <summary>Gets the reason behind the delivery (silence, inhibition, flapping, budget, error), or <see langword="null"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets whether it waits for the dispatcher: for a group, a digest or the end of a silence.</summary>
    public bool IsWaiting => Delivery is AlertDelivery.Grouping or AlertDelivery.Digesting or AlertDelivery.Silenced;

    /// <summary>Gets whether its telling has come to its end.</summary>
    public bool IsEnded => Delivery >= AlertDelivery.Delivered;

    /// <summary>Gets the message that carries it, or <see langword="null"/>.</summary>
    public string? MessageId { get; init; }

    /// <summary>Gets how many transitions found the digest full in which this one waits: they are counted in it, also after a restart.</summary>
    public int NotListed { get; init; }
}

/// <summary>
/// What became of telling a transition. The first five are on the way; a transition ends delivered, contained in a delivered
/// group or digest, or recorded with the reason why it was not told.
/// </summary>
public enum AlertDelivery : byte
{
    /// <summary>Written by the engine, together with its state; the dispatcher has not looked at it yet.</summary>
    New,

    /// <summary>Waits for others of the same rule and severity.</summary>
    Grouping,

    /// <summary>The rule's hourly budget is used up: waits for the digest.</summary>
    Digesting,

    /// <summary>Fired within a silence: told when the silence ends before the alert does, else recorded as suppressed.</summary>
    Silenced,

    /// <summary>In a message that waits in the outbox.</summary>
    Queued,

    /// <summary>End: delivered in a message of its own.</summary>
    Delivered,

    /// <summary>End: contained in a delivered group.</summary>
    Grouped,

    /// <summary>End: contained in a delivered digest.</summary>
    Digested,

    /// <summary>End: not told, with the reason.</summary>
    Suppressed,

    /// <summary>End: every output gave up on the message, with the reason.</summary>
    Failed,
}
