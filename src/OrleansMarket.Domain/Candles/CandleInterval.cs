using System.Diagnostics.CodeAnalysis;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Candles;

/// <summary>The length of a candle's window. Windows are [open, open + interval), aligned to the epoch, as Binance cuts them.</summary>
public readonly record struct CandleInterval
{
    private CandleInterval(string name, long micros)
    {
        Name = name;
        LengthMicros = micros;
    }

    /// <summary>One second; the finer base.</summary>
    public static CandleInterval OneSecond { get; } = new("1s", Micros.PerSecond);

    /// <summary>One minute; the base of every analytic.</summary>
    public static CandleInterval OneMinute { get; } = new("1m", Micros.PerMinute);

    /// <summary>Five minutes.</summary>
    public static CandleInterval FiveMinutes { get; } = new("5m", 5 * Micros.PerMinute);

    /// <summary>A quarter of an hour.</summary>
    public static CandleInterval FifteenMinutes { get; } = new("15m", 15 * Micros.PerMinute);

    /// <summary>One hour.</summary>
    public static CandleInterval OneHour { get; } = new("1h", Micros.PerHour);

    /// <summary>Four hours.</summary>
    public static CandleInterval FourHours { get; } = new("4h", 4 * Micros.PerHour);

    /// <summary>One UTC day.</summary>
    public static CandleInterval OneDay { get; } = new("1d", Micros.PerDay);

    /// <summary>Gets all intervals, shortest first.</summary>
    public static IReadOnlyList<CandleInterval> All { get; } =
        [OneSecond, OneMinute, FiveMinutes, FifteenMinutes, OneHour, FourHours, OneDay];

    /// <summary>Gets the names of all intervals, shortest first.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(interval => interval.Name)];

    /// <summary>Gets the exchange's name of the interval (1m, 5m, …).</summary>
    public string Name { get; }

    /// <summary>Gets the length in microseconds.</summary>
    public long LengthMicros { get; }

    /// <summary>The start of the window that holds an instant.</summary>
    public long OpenOf(long micros) => Micros.Floor(micros, LengthMicros);

    /// <summary>Finds an interval by the exchange's (case-sensitive) name.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, out CandleInterval interval)
    {
        foreach (var candidate in All)
        {
            if (candidate.Name == name)
            {
                interval = candidate;
                return true;
            }
        }

        interval = default;
        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => Name ?? "";
}
