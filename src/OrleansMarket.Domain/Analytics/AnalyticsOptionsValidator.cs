using System.Globalization;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Analytics;

/// <summary>Says what is wrong with analytics options, by field, with what was expected and found.</summary>
public static class AnalyticsOptionsValidator
{
    /// <summary>The problems by field name (camel case); empty when all is good.</summary>
    public static IReadOnlyDictionary<string, string[]> Validate(AnalyticsOptions options)
    {
        var problems = new Dictionary<string, string[]>();
        Check(options.WhaleFloor is > 0 and < double.PositiveInfinity, "whaleFloor", "a finite number > 0", options.WhaleFloor);
        foreach (var (symbol, floor) in options.WhaleFloors)
        {
            Check(Symbol.IsPlausible(symbol) && !symbol.Any(char.IsLower), $"whaleFloors.{symbol}", "an upper-case symbol such as BTCUSDT", symbol);
            Check(floor is > 0 and < double.PositiveInfinity, $"whaleFloors.{symbol}", "a finite number > 0", floor);
        }

        Check(options.WhaleQuantile is >= 0.9 and <= 0.9999, "whaleQuantile", "0.9 to 0.9999", options.WhaleQuantile);
        Check(options.WhaleHistory is >= 200 and <= AnalyticsOptions.MaxWhaleHistory, "whaleHistory", "200 to 10000 sweeps", options.WhaleHistory);
        Check(options.WhaleMinSweeps >= 1 && options.WhaleMinSweeps <= options.WhaleHistory, "whaleMinSweeps", "1 to whaleHistory sweeps", options.WhaleMinSweeps);
        Check(options.MinActiveMinutes is >= 2 and <= 60, "minActiveMinutes", "2 to 60 minutes", options.MinActiveMinutes);
        Check(options.SpikeMinActiveMinutes is >= 2 and <= 1_440, "spikeMinActiveMinutes", "2 to 1440 minutes", options.SpikeMinActiveMinutes);
        Check(options.SpikeMinNotional is >= 0 and < double.PositiveInfinity, "spikeMinNotional", "a finite number >= 0", options.SpikeMinNotional);
        return problems;

        void Check<T>(bool good, string field, string expected, T found)
        {
            if (!good)
            {
                problems[field] = [.. problems.GetValueOrDefault(field, []), string.Create(CultureInfo.InvariantCulture, $"expected {expected}, found {found}")];
            }
        }
    }

    /// <summary>Refuses options with a problem.</summary>
    /// <exception cref="ArgumentException">Names every field that is wrong.</exception>
    public static void ThrowIfInvalid(AnalyticsOptions options)
    {
        var problems = Validate(options);
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", problems.Select(problem => $"{problem.Key}: {string.Join(", ", problem.Value)}")), nameof(options));
        }
    }
}
