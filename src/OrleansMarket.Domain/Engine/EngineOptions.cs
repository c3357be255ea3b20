using OrleansMarket.Domain.Analytics;

namespace OrleansMarket.Domain.Engine;

/// <summary>Configures the engine of one symbol.</summary>
public sealed record EngineOptions
{
    /// <summary>Gets how long after a second's end, by the recorded tick, a quiet symbol's second is closed by clock. Default: 2 s; 0.5 s to 1 min.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets how long analytics and alerts wait behind an open gap before they go on without it. Default: 15 min; 1 s to 6 h.</summary>
    public TimeSpan RepairPatience { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Gets for how long a gap can still be filled. Default: 24 h, the retention of the raw log; at least the patience.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Gets how many prints may wait behind an open gap before it is given up. Default: 262,144; 1,024 to 4,194,304.</summary>
    public int MaxWaitingPrints { get; init; } = 262_144;

    /// <summary>
    /// Gets how many conclusions of one symbol may wait for whoever keeps them before its engine takes no more trades. Default: 4,096, more than an hour of
    /// seconds; 64 to 1,048,576.
    /// </summary>
    public int MaxWaitingConclusions { get; init; } = 4_096;

    /// <summary>
    /// Gets how many gaps may be open or given up at a time; beyond, the oldest is given up for good, so that a source that loses trades without end costs no more
    /// memory. Default: 16,384; 64 to 262,144.
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
