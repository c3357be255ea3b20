using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;

namespace OrleansMarket.Feeds.Replay;

/// <summary>What a replay is to work out.</summary>
public sealed record ReplayOptions
{
    /// <summary>Gets the candles to keep. Default: one minute.</summary>
    public IReadOnlyList<CandleInterval> Candles { get; init; } = [CandleInterval.OneMinute];

    /// <summary>Gets whether candles are all that is wanted: no analytics, no whales, no alerts. Default: no.</summary>
    public bool CandlesOnly { get; init; }

    /// <summary>Gets the alert rules to evaluate. Default: none.</summary>
    public IReadOnlyList<AlertRule> Rules { get; init; } = [];

    /// <summary>
    /// Gets the engine's settings. By default analytics wait 10 s of the tape's own time for a missing trade: in a recording nothing comes
    /// later than a reordered frame.
    /// </summary>
    public EngineOptions Engine { get; init; } = new() { RepairPatience = TimeSpan.FromSeconds(10) };
}
