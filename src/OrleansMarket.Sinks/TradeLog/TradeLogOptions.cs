using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>Configures the raw trade log under <c>Storage:DataDirectory</c>. Section: <c>Storage:TradeLog</c>.</summary>
public sealed class TradeLogOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Storage:TradeLog";

    /// <summary>
    /// Gets or sets how long raw trades are kept, in whole hours of trade time, counted back from the newest trade (at most from now). Default: 24 hours.
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Gets or sets how many bytes the log may take; the oldest hours go first and are counted. Default: 8 GiB.</summary>
    [Range(16_777_216, 1_152_921_504_606_846_976)]
    public long MaxBytes { get; set; } = 8L * 1_024 * 1_024 * 1_024;

    /// <summary>Gets or sets how many prints of a symbol make a block. Larger blocks pack better and read slower. Default: 4,096.</summary>
    [Range(64, 65_536)]
    public int BlockPrints { get; set; } = 4_096;

    /// <summary>Gets or sets how many prints of all symbols wait in memory for their block; about 80 bytes each. Default: 262,144.</summary>
    [Range(1_024, 16_777_216)]
    public int BufferedPrints { get; set; } = 262_144;

    /// <summary>Gets or sets the size at which the journal begins a new file. At most nine exist. Default: 8 MiB.</summary>
    [Range(65_536, 1_073_741_824)]
    public int JournalBytes { get; set; } = 8 * 1_024 * 1_024;

    /// <summary>Gets or sets how often old files are looked for. Default: 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Checks <see cref="TradeLogOptions"/>.</summary>
[OptionsValidator]
public sealed partial class TradeLogOptionsValidator : IValidateOptions<TradeLogOptions>;
