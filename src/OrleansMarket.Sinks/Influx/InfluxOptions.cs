using System.ComponentModel.DataAnnotations;

namespace OrleansMarket.Sinks.Influx;

/// <summary>
/// Configures the time series in InfluxDB. Section: <c>Influx</c>. The token is a secret: it comes from the environment or from a file, never
/// has a default, and appears in no message, log or metric.
/// </summary>
public sealed class InfluxOptions
{
    /// <summary>Where the spool lies in the data folder unless told otherwise.</summary>
    public const string SpoolDirectoryName = "influx";

    /// <summary>The configuration section.</summary>
    public const string SectionName = "Influx";

    /// <summary>Gets or sets the server's address (http://localhost:8086). Default: none, nothing is written.</summary>
    public string? Url { get; set; }

    /// <summary>Gets or sets a token that may write to the bucket. Secret. Required with an address, unless it is in a file.</summary>
    public string? Token { get; set; }

    /// <summary>Gets or sets a file that holds the token. Default: none.</summary>
    public string? TokenFile { get; set; }

    /// <summary>Gets or sets the organisation. Required with an address.</summary>
    public string? Org { get; set; }

    /// <summary>Gets or sets the bucket. Required with an address.</summary>
    public string? Bucket { get; set; }

    /// <summary>Gets or sets the intervals whose candles are written. Default: none named, which means all but 1s.</summary>
    public string[] Intervals { get; set; } = [];

    /// <summary>Gets or sets whether every trade is written, beside the candles. Default: no.</summary>
    public bool Trades { get; set; }

    /// <summary>Gets or sets the time between two samples of market and pipeline. Default: 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan SampleInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the most points of one request. Default: 5,000.</summary>
    [Range(1, 100_000)]
    public int BatchPoints { get; set; } = 5_000;

    /// <summary>Gets or sets the most bytes of one request, before compression. Default: 1 MiB.</summary>
    [Range(16 * 1_024, 32 * 1_024 * 1_024)]
    public int BatchBytes { get; set; } = 1 << 20;

    /// <summary>Gets or sets how long points wait for others to share a request with. Default: 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan BatchAge { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets where points wait on the disk. Default: <c>influx</c> in the data directory.</summary>
    public string? SpoolDirectory { get; set; }

    /// <summary>Gets or sets how many bytes may wait there; beyond it the oldest are dropped, and counted. Default: 512 MiB.</summary>
    [Range(1L << 20, 1L << 40)]
    public long SpoolMaxBytes { get; set; } = 512L << 20;

    /// <summary>Gets or sets how long an answer is waited for. Default: 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the pause after the first failure; doubled with each, with jitter. Default: 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan BackOff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets the longest pause that we choose ourselves; what the server asks for is obeyed beyond it. Default: 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan MaxBackOff { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Says where it writes to, never with what.</summary>
    public override string ToString() => string.IsNullOrEmpty(Url) ? "no InfluxDB" : $"InfluxDB at {Url}, bucket {Bucket} of {Org}";
}
