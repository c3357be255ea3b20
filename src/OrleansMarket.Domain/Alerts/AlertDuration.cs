using System.Globalization;

namespace OrleansMarket.Domain.Alerts;

/// <summary>Durations as people write them into rules.</summary>
public static class AlertDuration
{
    /// <summary>Reads a duration: "90s", "5m", "1h30m", "1d", "00:05:00".</summary>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        if (string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParseExact(text, ["c", @"h\:mm\:ss", @"hh\:mm"], CultureInfo.InvariantCulture, out duration);
        }

        var seconds = 0L;
        var number = 0L;
        var digits = 0;
        var last = long.MaxValue;
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c) && ++digits <= 9)
            {
                number = (number * 10) + (c - '0');
                continue;
            }

            var unit = c switch { 'd' => 86_400L, 'h' => 3_600L, 'm' => 60L, 's' => 1L, _ => 0L };
            if (unit == 0 || digits is 0 or > 9 || unit >= last)
            {
                return false;
            }

            seconds += number * unit;
            (number, digits, last) = (0, 0, unit);
        }

        duration = TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue));
        return digits == 0;
    }
}
