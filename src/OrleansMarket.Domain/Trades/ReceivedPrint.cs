namespace OrleansMarket.Domain.Trades;

/// <summary>A print with the two clocks of its arrival.</summary>
/// <param name="Print">What was traded.</param>
/// <param name="EventTimeMicros">When the exchange sent it (<c>E</c>), µs; equals the trade time where the source has none.</param>
/// <param name="ReceivedTimeMicros">When we read it, our clock, µs. Use it for lag, never for windows.</param>
public readonly record struct ReceivedPrint(Print Print, long EventTimeMicros, long ReceivedTimeMicros)
{
    /// <summary>Gets receipt minus exchange send time, µs. Negative when the clocks disagree; never a reason to reject.</summary>
    public long LatencyMicros => ReceivedTimeMicros - EventTimeMicros;
}
