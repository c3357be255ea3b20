using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>Judges REST answers by status, headers and error body.</summary>
/// <remarks>Sources: Binance Spot API, "HTTP return codes", "IP limits", and "Error codes" (−1003 has three texts).</remarks>
public static partial class RestOutcomeReader
{
    /// <summary>Too many requests.</summary>
    public const int TooManyRequests = -1003;

    /// <summary>Unknown symbol.</summary>
    public const int BadSymbol = -1121;

    /// <summary>The symbol is known but not in the wanted status.</summary>
    public const int SymbolStatusMismatch = -1220;

    private const int LongestMessage = 200;

    private static readonly TimeSpan ShortestLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UnknownLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestBan = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FirewallPause = TimeSpan.FromMinutes(5);

    /// <summary>Judges an answer.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="retryAfter">The header, if any.</param>
    /// <param name="body">The body of an answer that is not a success.</param>
    /// <param name="now">Now, exchange clock as far as known: "banned until" is told in it.</param>
    public static RestOutcome Read(HttpStatusCode status, RetryConditionHeaderValue? retryAfter, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if ((int)status is >= 200 and < 300)
        {
            return new RestOutcome(RestOutcomeKind.Ok);
        }

        var (code, message) = ReadError(body);
        var text = message.Length == 0 ? $"HTTP {(int)status}" : $"HTTP {(int)status}, {message}";
        var wait = Wait(retryAfter, now);
        if (BannedUntil(message) is { } until)
        {
            return new RestOutcome(RestOutcomeKind.Limited, code, text, Max(Max(until - now, wait ?? TimeSpan.Zero), ShortestLimit));
        }

        return (int)status switch
        {
            418 => new RestOutcome(RestOutcomeKind.Limited, code, text, Max(wait ?? ShortestBan, ShortestLimit)),
            429 => new RestOutcome(RestOutcomeKind.Limited, code, text, Max(wait ?? UnknownLimit, ShortestLimit)),
            451 => new RestOutcome(RestOutcomeKind.Restricted, code, text),

            // The firewall counts by address: asking again, here or elsewhere, makes it worse.
            403 => new RestOutcome(RestOutcomeKind.Limited, code, text, Max(wait ?? FirewallPause, ShortestLimit)),
            404 => new RestOutcome(RestOutcomeKind.NotServed, code, text),
            408 or >= 500 => new RestOutcome(RestOutcomeKind.Failed, code, text, wait ?? TimeSpan.Zero),
            _ => code switch
            {
                TooManyRequests => new RestOutcome(RestOutcomeKind.Limited, code, text, Max(wait ?? UnknownLimit, ShortestLimit)),

                // Unknown, disconnected, unexpected answer, timeout, busy, shutting down, too many connections.
                -1000 or -1001 or -1006 or -1007 or -1008 or -1016 or -1034 => new RestOutcome(RestOutcomeKind.Failed, code, text, wait ?? TimeSpan.Zero),
                _ => new RestOutcome(RestOutcomeKind.Refused, code, text),
            },
        };
    }

    private static (int Code, string Message) ReadError(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                var code = document.RootElement.TryGetProperty("code", out var number) && number.ValueKind == JsonValueKind.Number
                    && number.TryGetInt32(out var value) ? value : 0;
                var message = document.RootElement.TryGetProperty("msg", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
                return (code, OneLine(code == 0 ? message : string.Create(CultureInfo.InvariantCulture, $"{code} {message}")));
            }
        }
        catch (JsonException)
        {
            // A proxy's or firewall's page: its first words are all there is to say.
        }

        return (0, OneLine(Encoding.UTF8.GetString(body[..Math.Min(body.Length, 2 * LongestMessage)])));
    }

    private static string OneLine(string text)
    {
        var line = Blanks().Replace(text, " ").Trim();
        return line.Length > LongestMessage ? line[..LongestMessage] + "…" : line;
    }

    private static DateTimeOffset? BannedUntil(string message) =>
        Banned().Match(message) is { Success: true } match
            && long.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            ? DateTimeOffset.FromUnixTimeMilliseconds(epoch >= 1_000_000_000_000_000 ? epoch / 1_000 : epoch)
            : null;

    private static TimeSpan? Wait(RetryConditionHeaderValue? retryAfter, DateTimeOffset now) => retryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => Max(date - now, TimeSpan.Zero),
        _ => null,
    };

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;

    [GeneratedRegex(@"banned until (\d{10,16})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Banned();

    [GeneratedRegex(@"[\s\p{Cc}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();
}
