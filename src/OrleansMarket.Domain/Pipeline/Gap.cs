namespace OrleansMarket.Domain.Pipeline;

/// <summary>Trades known to be missing, and the times between which they happened.</summary>
/// <param name="Missing">The missing trade ids.</param>
/// <param name="AfterMicros">Trade time of the print before the hole, µs.</param>
/// <param name="BeforeMicros">Trade time of the print after the hole, µs; for a hole at the tail, the time at which the exchange reported a later id.</param>
/// <param name="State">What became of it.</param>
public readonly record struct Gap(IdRange Missing, long AfterMicros, long BeforeMicros, GapState State);

/// <summary>What became of a gap.</summary>
public enum GapState : byte
{
    /// <summary>Missing; analytics wait for the repair.</summary>
    Open,

    /// <summary>Waited for too long: analytics went on without it. A later repair still revises candles.</summary>
    GivenUp,

    /// <summary>Filled.</summary>
    Repaired,

    /// <summary>Older than the retention: it will not be filled any more.</summary>
    Expired,
}
