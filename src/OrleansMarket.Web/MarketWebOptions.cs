using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace OrleansMarket.Web;

/// <summary>Configures API and page. Section: <c>Web</c>.</summary>
public sealed class MarketWebOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Web";

    /// <summary>Gets or sets the folder in which the API key's file is made when no key is given. The hosts set it to what <c>--data</c> says. Default: <c>data</c>.</summary>
    [Required]
    public string DataDirectory { get; set; } = "data";

    /// <summary>Gets or sets the API key itself (a secret; also the setting <c>API_KEY</c>). At least 16 characters. Default: none.</summary>
    [MinLength(16)]
    public string? ApiKey { get; set; }

    /// <summary>Gets or sets the file that holds the API key, a mounted secret say (also the setting <c>API_KEY_FILE</c>). Default: none.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>Gets or sets how long a session of the page lasts. Default: 12 hours.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Gets or sets how many wrong keys a client may send in 5 minutes. Default: 10.</summary>
    [Range(1, 1_000)]
    public int FailedAttempts { get; set; } = 10;

    /// <summary>Gets or sets how many reading requests a second a client may make in the long run. Default: 50.</summary>
    [Range(1, 100_000)]
    public int ReadsPerSecond { get; set; } = 50;

    /// <summary>Gets or sets how many reading requests a client may make at once. Default: 500.</summary>
    [Range(1, 1_000_000)]
    public int ReadBurst { get; set; } = 500;

    /// <summary>Gets or sets how many changing requests a second a client may make in the long run. Default: 5.</summary>
    [Range(1, 100_000)]
    public int WritesPerSecond { get; set; } = 5;

    /// <summary>Gets or sets how many changing requests a client may make at once. Default: 50.</summary>
    [Range(1, 1_000_000)]
    public int WriteBurst { get; set; } = 50;

    /// <summary>Gets or sets how many live streams may be open at once. Default: 500.</summary>
    [Range(1, 100_000)]
    public int MaxStreams { get; set; } = 500;

    /// <summary>Gets or sets how many live streams one client may have open at once. Default: 20.</summary>
    [Range(1, 100_000)]
    public int MaxStreamsPerClient { get; set; } = 20;

    /// <summary>Gets or sets the time between heartbeats of a live stream. Default: 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets the host names under which the server may be called, besides addresses, local and cluster names; a leading
    /// <c>*.</c> covers subdomains, <c>*</c> everything (also the setting <c>ALLOWED_HOSTS</c>, separated by semicolons). Default: none.
    /// </summary>
    public string? AllowedHosts { get; set; }

    /// <summary>Gets or sets a folder whose files replace the built-in page's, for work on the page. Default: none.</summary>
    public string? PageDirectory { get; set; }
}

/// <summary>Checks the options when the process starts.</summary>
[OptionsValidator]
internal sealed partial class MarketWebOptionsValidator : IValidateOptions<MarketWebOptions>;
