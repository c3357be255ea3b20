using System.Globalization;

namespace OrleansMarket.Web.Api;

/// <summary>Reads the instants of requests: ISO 8601, or an epoch number whose size tells its unit.</summary>
internal static class ApiTime
{
    /// <summary>What an error says was expected.</summary>
    public const string Expected = "an ISO 8601 time such as 2026-01-15T11:00:00Z, or an epoch in s, ms or µs";

    // 1e11 s is the year 5138 and 1e11 ms is 1973; 1e14 ms is the year 5138 and 1e14 µs is 1973: no time of a market is ambiguous.
    private const long FirstMilliseconds = 100_000_000_000;
    private const long FirstMicroseconds = 100_000_000_000_000;

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd' 'HH:mmK", "yyyy-MM-dd",
    ];

    /// <summary>Reads text; a time without an offset is UTC.</summary>
    public static bool TryParse(string? text, out DateTimeOffset instant)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var epoch))
        {
            return TryFromEpoch(epoch, out instant);
        }

        // A plus in a query is a blank once decoded: 12:00:00+02:00 arrives as 12:00:00 02:00.
        var repaired = text is { Length: > 16 } && text[^6] == ' ' && text[^3] == ':' ? $"{text[..^6]}+{text[^5..]}" : text;
        return DateTimeOffset.TryParseExact(
            repaired, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);
    }

    /// <summary>Reads an epoch number in seconds, milliseconds or microseconds.</summary>
    public static bool TryFromEpoch(long epoch, out DateTimeOffset instant)
    {
        instant = default;
        if (epoch is < 0 or > 100_000_000_000_000_000)
        {
            return false;
        }

        instant = epoch < FirstMilliseconds ? DateTimeOffset.FromUnixTimeSeconds(epoch)
            : epoch < FirstMicroseconds ? DateTimeOffset.FromUnixTimeMilliseconds(epoch)
            : DateTimeOffset.UnixEpoch.AddMicroseconds(epoch);
        return true;
    }
}
