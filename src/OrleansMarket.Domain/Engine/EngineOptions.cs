using OrleansMarket.Domain.Analytics;

namespace OrleansMarket.Domain.Engine;

/// <summary>Configures the engine of one symbol. Section: <c>Engine</c>.</summary>
public sealed record EngineOptions
{
    /// <summary>Gets how long after a second's end, by the recorded tick, a quiet symbol's second is closed by clock, 0.5 s to 1 min. Default: 2 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets how long analytics and alerts wait behind an open gap before they go on without it, 1 s to 6 h. Default: 15 min.</summary>
    public TimeSpan RepairPatience { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Gets for how long a gap can still be filled, at least the patience, at most 30 d. Default: 24 h, the retention of the raw log.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Gets how many prints may wait behind an open gap before it is given up, 1,024 to 4,194,304. Default: 262,144.</summary>
    public int MaxWaitingPrints { get; init; } = 262_144;

    /// <summary>
    /// Gets how many conclusions of one symbol may wait for whoever keeps them before its engine takes no more trades, 64 to 1,048,576. Default: 4,096,
    /// more than an hour of seconds.
    /// </summary>
    public int MaxWaitingConclusions { get; init; } = 4_096;

    /// <summary>
    /// Gets how many gaps may be open or given up at a time; beyond, the oldest is given up for good, so that a source that loses trades without end costs no more
    /// memory; 64 to 262,144. Default: 16,384.
    /// </summary>
    public int MaxGaps { get; init; } = 16_384;

    /// <summary>Gets the analytics' settings.</summary>
    public AnalyticsOptions Analytics { get; init; } = new();

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range; the message names it.</exception>
    public void Validate()
    {
        Check(Grace, TimeSpan.FromSeconds(0.5), TimeSpan.FromMinutes(1), nameof(Grace));
        Check(RepairPatience, TimeSpan.FromSeconds(1), TimeSpan.FromHours(6), nameof(RepairPatience));
        Check(Retention, RepairPatience, TimeSpan.FromDays(30), nameof(Retention));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxWaitingPrints, 1_024, nameof(MaxWaitingPrints));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxWaitingPrints, 4_194_304, nameof(MaxWaitingPrints));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxWaitingConclusions, 64, nameof(MaxWaitingConclusions));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxWaitingConclusions, 1_048_576, nameof(MaxWaitingConclusions));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxGaps, 64, nameof(MaxGaps));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxGaps, 262_144, nameof(MaxGaps));
    }

    private static void Check(TimeSpan value, TimeSpan least, TimeSpan most, string name)
    {
        if (value < least || value > most)
        {
            throw new ArgumentOutOfRangeException(name, value, $"expected {least:c} to {most:c}");
        }
    }
}
