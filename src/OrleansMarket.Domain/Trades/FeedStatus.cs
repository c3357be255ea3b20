namespace OrleansMarket.Domain.Trades;

/// <summary>The state of a feed's connections.</summary>
/// <param name="Connected">Whether every planned connection is up.</param>
/// <param name="Connections">How many connections are up.</param>
/// <param name="Planned">How many connections the plan wants.</param>
/// <param name="Reconnects">Reconnections since start.</param>
/// <param name="Frames">Frames read since start.</param>
/// <param name="OtherFrames">Frames that are simply not trades.</param>
/// <param name="ClockOffsetMicros">Estimated exchange clock minus ours, µs; <see langword="null"/> before it is measured.</param>
/// <param name="LastError">What went wrong last, for people; <see langword="null"/> when nothing did. Holds no secret.</param>
public sealed record FeedStatus(
    bool Connected, int Connections, int Planned, long Reconnects, long Frames, long OtherFrames, long? ClockOffsetMicros, string? LastError)
{
    /// <summary>The state before the first connection.</summary>
    public static FeedStatus Starting { get; } = new(false, 0, 0, 0, 0, 0, null, null);
}
