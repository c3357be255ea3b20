namespace OrleansMarket.Domain.Alerts;

/// <summary>One message on its way to one output. Identified by message and channel.</summary>
public sealed record OutboxEntry
{
    /// <summary>Gets the message.</summary>
    public required OutboxMessage Message { get; init; }

    /// <summary>Gets the output's name: slack, console, file.</summary>
    public required string Channel { get; init; }

    /// <summary>Gets where it stands.</summary>
    public OutboxStatus Status { get; init; }

    /// <summary>Gets how often sending was begun.</summary>
    public int Attempts { get; init; }

    /// <summary>Gets the earliest time of the next attempt, our clock.</summary>
    public required DateTimeOffset NextAttemptTime { get; init; }

    /// <summary>Gets whether an earlier attempt may have arrived: its answer was lost, or we were stopped before recording it.</summary>
    public bool PossibleRepeat { get; init; }

    /// <summary>Gets what the last attempt met; never holds a secret. <see langword="null"/> when nothing went wrong.</summary>
    public string? Error { get; init; }

    /// <summary>Gets what the output answered and needs for editing the message later, or <see langword="null"/>.</summary>
    public string? Receipt { get; init; }

    /// <summary>Gets when success was recorded, our clock.</summary>
    public DateTimeOffset? DeliveredTime { get; init; }

    /// <summary>Gets whether nothing more will be done.</summary>
    public bool IsEnded => Status is OutboxStatus.Delivered or OutboxStatus.GaveUp;
}

/// <summary>Where a message stands with one output.</summary>
public enum OutboxStatus : byte
{
    /// <summary>Waits for its turn.</summary>
    Queued,

    /// <summary>An attempt was begun and its end is not recorded yet. Found at start-up: the message may have arrived.</summary>
    Sending,

    /// <summary>Success is recorded; never sent again.</summary>
    Delivered,

    /// <summary>The output refused it for good, or it grew too old.</summary>
    GaveUp,
}
