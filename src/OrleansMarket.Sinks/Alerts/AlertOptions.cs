using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace OrleansMarket.Sinks.Alerts;

/// <summary>Configures the delivery of alerts. Section: <c>Alerts</c>.</summary>
public sealed class AlertOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Alerts";

    /// <summary>Gets or sets whether alerts are written to the terminal. Default: yes.</summary>
    public bool Console { get; set; } = true;

    /// <summary>Gets or sets a file to which alerts are appended, one JSON object per line. Default: none.</summary>
    public string? File { get; set; }

    /// <summary>Gets or sets the size at which the file is set aside as <c>.1</c>, bytes. Default: 64 MiB.</summary>
    [Range(64 * 1024, 1L << 40)]
    public long MaxFileBytes { get; set; } = 64L << 20;

    /// <summary>Gets or sets the address of the page as readers reach it, for links in messages. Default: none, no links.</summary>
    public Uri? PageUrl { get; set; }

    /// <summary>Gets or sets how long the first alert of a group waits for others of the same rule and severity. Default: 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan GroupWindow { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets over what time the budget of a rule counts, and how long its digest collects. Default: an hour.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan BudgetPeriod { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets or sets the pause between looks at the log for new transitions. Default: 500 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets or sets the back-off after the first failed delivery; doubled with each, with full jitter. Default: 2 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan BackOff { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets the longest back-off. Default: 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "06:00:00")]
    public TimeSpan MaxBackOff { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets the age at which an undelivered message is given up. Default: 24 hours.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Gets or sets how long alerts and messages that have ended are kept; what is not delivered yet stays. Default: 90 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Gets or sets how many alerts, and how many messages, are kept; the oldest that have ended go first. Default: 100,000.</summary>
    [Range(100, 10_000_000)]
    public int MaxAlerts { get; set; } = 100_000;
}

/// <summary>Checks <see cref="AlertOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class AlertOptionsRanges : IValidateOptions<AlertOptions>;

/// <summary>Checks what ranges cannot say.</summary>
internal sealed class AlertOptionsValidator : IValidateOptions<AlertOptions>
{
    private readonly AlertOptionsRanges _ranges = new();

    public ValidateOptionsResult Validate(string? name, AlertOptions options)
    {
        var ranges = _ranges.Validate(name, options);
        return ranges.Failed ? ranges
            : options.PageUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0)
                ? ValidateOptionsResult.Fail("Alerts:PageUrl: expected an http or https address such as http://localhost:8080/ without user or password, found another; correct the setting or leave it out")
                : ValidateOptionsResult.Success;
    }
}
