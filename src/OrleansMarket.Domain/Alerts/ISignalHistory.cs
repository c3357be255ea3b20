using OrleansMarket.Domain.Analytics;

namespace OrleansMarket.Domain.Alerts;

/// <summary>Recomputes a signal at a second that has passed, from the candles and sweeps as they are now.</summary>
public interface ISignalHistory
{
    /// <summary>The figure as it would have been at that boundary; without a value when it can no longer be computed.</summary>
    Figure At(Signal signal, long timeMicros);
}
