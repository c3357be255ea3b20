using System.Globalization;

namespace OrleansMarket.Sinks.Influx;

/// <summary>What came of writing a batch.</summary>
/// <param name="Status">What came of it.</param>
/// <param name="Problem">What is wrong and what to do, one line for people; <see langword="null"/> when nothing is. Holds no secret.</param>
/// <param name="RetryAfter">How long the server asks us to wait.</param>
public readonly record struct SeriesOutcome(SeriesStatus Status, string? Problem = null, TimeSpan? RetryAfter = null)
{
    private const int LongestMessage = 64 * 1_024;

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>The batch was written.</summary>
    public static SeriesOutcome Written { get; } = new(SeriesStatus.Written);

    /// <summary>No answer: no connection, or none in time.</summary>
    /// <param name="reason">Why, in a few words (no connection).</param>
    public static SeriesOutcome Unreachable(string reason) => new(SeriesStatus.Unreachable, $"InfluxDB cannot be reached: {reason}");

    /// <summary>Judges an HTTP answer of InfluxDB's write API.</summary>
    /// <remarks>Source: InfluxDB OSS v2 documentation, "Troubleshoot issues writing data"; 1.x and 3.x answer alike.</remarks>
    /// <param name="status">The HTTP status.</param>
    /// <param name="message">The message in the answer, or the answer itself; empty when there is none.</param>
    /// <param name="retryAfter">The answer's <c>Retry-After</c>.</param>
    /// <param name="options">Where was written to, for the remedy.</param>
    public static SeriesOutcome FromHttp(int status, string message, TimeSpan? retryAfter, InfluxOptions options)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(options);
        if (retryAfter is { } asked)
        {
            retryAfter = asked < TimeSpan.Zero ? TimeSpan.Zero : asked > LongestWait ? LongestWait : asked;
        }

        var said = Said(message, options.Token);
        var target = $"bucket '{options.Bucket}' of organisation '{options.Org}'";
        return status switch
        {
            >= 200 and < 300 => Written,
            400 or 422 => new(SeriesStatus.Rejected, said.Length > 0 ? said : Number(status)),
            401 or 403 => new(
                SeriesStatus.Refused,
                $"InfluxDB refuses the token ({status}): set Influx:Token or Influx:TokenFile to one that may write to {target}", retryAfter),
            404 when said.Contains("404 page not found", StringComparison.OrdinalIgnoreCase) => new(
                SeriesStatus.Refused, "expected InfluxDB 2 or newer at Influx:Url, found a server without /api/v2/write (404): correct the address", retryAfter),
            404 => new(
                SeriesStatus.Refused, $"expected {target}, found none (404{Because(said)}): create it, or correct Influx:Bucket and Influx:Org", retryAfter),
            413 => new(SeriesStatus.TooLarge, $"too large for the server (413{Because(said)})"),
            429 or 503 => new(SeriesStatus.Overloaded, $"InfluxDB asks us to wait ({status}{Because(said)})", retryAfter),
            408 or >= 500 => new(SeriesStatus.Unreachable, $"InfluxDB failed ({status}{Because(said)})", retryAfter),
            >= 300 and < 400 => new(SeriesStatus.Refused, $"InfluxDB redirects ({status}): set Influx:Url to where it leads"),
            _ => new(SeriesStatus.Refused, $"expected an answer of InfluxDB's write API, found {status}{Because(said)}: correct Influx:Url", retryAfter),
        };
    }

    private static string Number(int status) => status.ToString(CultureInfo.InvariantCulture);

    private static string Because(string said) => said.Length == 0 ? "" : $", {(said.Length > 200 ? said[..200] + "…" : said)}";

    private static string Said(string message, string? token)
    {
        var said = message.Trim();
        // A proxy may quote the request. What is quoted of our own lines must stay as it is: by it bad lines are found.
        said = string.IsNullOrEmpty(token) ? said : said.Replace(token, "***", StringComparison.Ordinal);
        return said.Length > LongestMessage ? said[..LongestMessage] : said;
    }
}

/// <summary>What came of writing a batch.</summary>
public enum SeriesStatus : byte
{
    /// <summary>Every line was written.</summary>
    Written,

    /// <summary>At least one line is bad; the others may or may not have been written.</summary>
    Rejected,

    /// <summary>The batch as a whole is too large; nothing was written.</summary>
    TooLarge,

    /// <summary>Settings are wrong here or there: only a person can help, and lines wait meanwhile.</summary>
    Refused,

    /// <summary>The server asks for a pause.</summary>
    Overloaded,

    /// <summary>Nobody answered, or the server failed. Whether lines were written is unknown.</summary>
    Unreachable,
}
