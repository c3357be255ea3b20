using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Candles;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>
/// How long the database keeps what. Section: <c>Storage:Retention</c>. Ages count back from the newest row of the kind, at most from now, so
/// that a recording from last year is not swept away while it plays.
/// </summary>
public sealed class RetentionOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Storage:Retention";

    /// <summary>Gets or sets how long 1-second candles are kept. Default: 24 hours.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00")]
    public TimeSpan OneSecondCandles { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Gets or sets how long 1-minute candles are kept. Default: 400 days.</summary>
    [Range(typeof(TimeSpan), "2.00:00:00", "36500.00:00:00")]
    public TimeSpan OneMinuteCandles { get; set; } = TimeSpan.FromDays(400);

    /// <summary>Gets or sets how long candles of 5 and 15 minutes are kept. Default: 800 days.</summary>
    [Range(typeof(TimeSpan), "2.00:00:00", "36500.00:00:00")]
    public TimeSpan MinuteRollUps { get; set; } = TimeSpan.FromDays(800);

    /// <summary>Gets or sets how long candles of an hour and more are kept. Default: 10 years.</summary>
    [Range(typeof(TimeSpan), "2.00:00:00", "36500.00:00:00")]
    public TimeSpan HourRollUps { get; set; } = TimeSpan.FromDays(3_650);

    /// <summary>Gets or sets how long whales are kept. Default: 400 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00")]
    public TimeSpan Whales { get; set; } = TimeSpan.FromDays(400);

    /// <summary>Gets or sets how many whales are kept; the oldest go first. Default: 1,000,000.</summary>
    [Range(1, 100_000_000)]
    public int MaxWhales { get; set; } = 1_000_000;

    /// <summary>Gets or sets how long closed gaps are kept. Default: 30 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00")]
    public TimeSpan Gaps { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Gets or sets how many gaps are kept; the oldest that are closed go first. Default: 100,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxGaps { get; set; } = 100_000;

    /// <summary>Gets or sets how long dead letters are kept. Default: 30 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00")]
    public TimeSpan DeadLetters { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Gets or sets how many dead letters are kept; the oldest go first and are counted. Default: 100,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxDeadLetters { get; set; } = 100_000;

    /// <summary>Gets or sets how many bytes of dead letters are kept; the oldest go first and are counted. Default: 256 MiB.</summary>
    [Range(1_048_576, 1_099_511_627_776)]
    public long MaxDeadLetterBytes { get; set; } = 256L * 1_024 * 1_024;

    /// <summary>Gets or sets how often old rows are looked for. Default: 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long candles of an interval are kept.</summary>
    public TimeSpan For(CandleInterval interval) => interval switch
    {
        _ when interval == CandleInterval.OneSecond => OneSecondCandles,
        _ when interval == CandleInterval.OneMinute => OneMinuteCandles,
        _ when interval.LengthMicros < CandleInterval.OneHour.LengthMicros => MinuteRollUps,
        _ => HourRollUps,
    };
}

/// <summary>Checks <see cref="RetentionOptions"/>.</summary>
[OptionsValidator]
public sealed partial class RetentionOptionsValidator : IValidateOptions<RetentionOptions>;
