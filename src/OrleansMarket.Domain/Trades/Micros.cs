namespace OrleansMarket.Domain.Trades;

/// <summary>Instants and durations in microseconds since 1970-01-01T00:00:00Z, the unit of every time inside the engine.</summary>
public static class Micros
{
    /// <summary>Microseconds in one millisecond.</summary>
    public const long PerMillisecond = 1_000;

    /// <summary>Microseconds in one second.</summary>
    public const long PerSecond = 1_000_000;

    /// <summary>Microseconds in one minute.</summary>
    public const long PerMinute = 60 * PerSecond;

    /// <summary>Microseconds in one hour.</summary>
    public const long PerHour = 60 * PerMinute;

    /// <summary>Microseconds in one day.</summary>
    public const long PerDay = 24 * PerHour;

    /// <summary>The earliest trade time accepted: 2017-01-01T00:00:00Z (Binance opened that year).</summary>
    public const long Earliest = 1_483_228_800_000_000;

    /// <summary>The first instant no longer accepted: 2100-01-01T00:00:00Z.</summary>
    public const long Latest = 4_102_444_800_000_000;

    /// <summary>Converts an instant; sub-microsecond ticks are cut.</summary>
    public static long From(DateTimeOffset instant) => (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Converts a duration; sub-microsecond ticks are cut.</summary>
    public static long From(TimeSpan duration) => duration.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Converts back to an instant in UTC.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The instant lies outside years 1 to 9999.</exception>
    public static DateTimeOffset ToInstant(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);

    /// <summary>
    /// Reads a venue's epoch number whose unit changed over time: 1e15 and above is microseconds, below is milliseconds
    /// (Binance's public dumps switched on 2025-01-01; 1e15 µs is 2001, 1e15 ms is the year 33658).
    /// </summary>
    public static long FromEpoch(long millisecondsOrMicroseconds) =>
        millisecondsOrMicroseconds >= 1_000_000_000_000_000
            ? millisecondsOrMicroseconds
            : millisecondsOrMicroseconds * PerMillisecond;

    /// <summary>The start of the window of the given length that holds the instant; windows are aligned to the epoch.</summary>
    public static long Floor(long micros, long windowMicros)
    {
        var remainder = micros % windowMicros;
        return remainder < 0 ? micros - remainder - windowMicros : micros - remainder;
    }
}
