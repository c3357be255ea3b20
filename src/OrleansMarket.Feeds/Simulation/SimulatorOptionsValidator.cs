using System.Globalization;
using Microsoft.Extensions.Options;

namespace OrleansMarket.Feeds.Simulation;

/// <summary>Checks <see cref="SimulatorOptions"/> before the first trade; each failure names the setting, what was expected and what was found.</summary>
public sealed class SimulatorOptionsValidator : IValidateOptions<SimulatorOptions>
{
    private const double MostOften = 0.5;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SimulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> failures = [];
        Check(nameof(options.TradesPerSecond), options.TradesPerSecond, 0.001, MarketModel.MaxTradesPerSecond, failures);
        Check(nameof(options.Pulse), options.Pulse, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10), failures);
        Check(nameof(options.HistoryLag), options.HistoryLag, TimeSpan.Zero, TimeSpan.FromMinutes(1), failures);

        var faults = options.Faults;
        CheckFault(nameof(faults.Gaps), faults.Gaps, 0, MostOften);
        CheckFault(nameof(faults.LongestGap), faults.LongestGap, 1, 100_000);
        CheckFault(nameof(faults.Duplicates), faults.Duplicates, 0, MostOften);
        CheckFault(nameof(faults.Reordered), faults.Reordered, 0, MostOften);
        CheckFault(nameof(faults.FarthestReorder), faults.FarthestReorder, 1, 1_000);
        CheckFault(nameof(faults.Malformed), faults.Malformed, 0, MostOften);
        CheckFault(nameof(faults.StallsPerHour), faults.StallsPerHour, 0, 3_600);
        CheckFault(nameof(faults.StallLength), faults.StallLength, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(10));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void CheckFault<T>(string setting, T value, T min, T max)
            where T : IComparable<T> => Check($"{nameof(options.Faults)}:{setting}", value, min, max, failures);
    }

    // NaN compares as less than everything, so it fails too.
    private static void Check<T>(string setting, T value, T min, T max, List<string> failures)
        where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
        {
            failures.Add(string.Create(CultureInfo.InvariantCulture, $"{SimulatorOptions.SectionName}:{setting}: expected {min} to {max}, found {value}"));
        }
    }
}
