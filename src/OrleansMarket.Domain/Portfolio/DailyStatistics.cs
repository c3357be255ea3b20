namespace OrleansMarket.Domain.Portfolio;

/// <summary>What daily values tell.</summary>
/// <remarks>
/// Volatility and historical simulation: J. C. Hull, "Options, Futures, and Other Derivatives", chapters on volatility and value at risk.
/// Quantile: R. J. Hyndman, Y. Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996), definition 7.
/// Drawdown: M. Magdon-Ismail, A. Atiya, "Maximum Drawdown", Risk 17 (2004). Correlation: Pearson's.
/// </remarks>
public static class DailyStatistics
{
    /// <summary>Days in a year: these markets never close.</summary>
    public const int DaysPerYear = 365;

    /// <summary>√(Σ(r − mean)² ÷ (n − 1) × 365) of daily log returns: an annualised fraction.</summary>
    /// <exception cref="ArgumentException">There are fewer than two returns.</exception>
    public static double Volatility(IReadOnlyList<double> logReturns)
    {
        ArgumentNullException.ThrowIfNull(logReturns);
        ArgumentOutOfRangeException.ThrowIfLessThan(logReturns.Count, 2, nameof(logReturns));
        var mean = logReturns.Average();
        return Math.Sqrt(logReturns.Sum(r => (r - mean) * (r - mean)) / (logReturns.Count - 1) * DaysPerYear);
    }

    /// <summary>The quantile of a sample: linear between the order statistics at (n − 1) × p.</summary>
    /// <param name="sample">At least one number, in any order.</param>
    /// <param name="probability">0 to 1.</param>
    /// <exception cref="ArgumentException">The sample is empty or the probability out of range.</exception>
    public static double Quantile(IReadOnlyList<double> sample, double probability)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentOutOfRangeException.ThrowIfZero(sample.Count, nameof(sample));
        ArgumentOutOfRangeException.ThrowIfNegative(probability);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(probability, 1);
        double[] ordered = [.. sample.Order()];
        var position = (ordered.Length - 1) * probability;
        var below = (int)Math.Floor(position);
        var above = Math.Min(below + 1, ordered.Length - 1);
        return ordered[below] + ((position - below) * (ordered[above] - ordered[below]));
    }

    /// <summary>One-day historical value at risk as a fraction of today's value: the loss that a share of <paramref name="confidence"/> of the days did not exceed; 0 where even that day gained.</summary>
    /// <param name="simpleReturns">Today's holdings' returns of past days, p₁ ÷ p₀ − 1; at least one.</param>
    /// <param name="confidence">0.95 or 0.99, say.</param>
    public static double ValueAtRisk(IReadOnlyList<double> simpleReturns, double confidence) =>
        Math.Max(0, -Quantile(simpleReturns, 1 - confidence));

    /// <summary>The largest fall from a value to a later one, as a fraction of the former; 0 where nothing ever fell.</summary>
    /// <param name="values">Values above 0, oldest first.</param>
    public static Drawdown MaxDrawdown(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var worst = new Drawdown(0, 0, 0);
        var peak = 0;
        for (var i = 1; i < values.Count; i++)
        {
            if (values[i] > values[peak])
            {
                peak = i;
            }
            else if (1 - (values[i] / values[peak]) is var fall && fall > worst.Fraction)
            {
                worst = new Drawdown(fall, peak, i);
            }
        }

        return worst;
    }

    /// <summary>Pearson's correlation, −1 to 1; <see langword="null"/> where one side never moves.</summary>
    /// <exception cref="ArgumentException">The sides differ in length.</exception>
    public static double? Correlation(IReadOnlyList<double> left, IReadOnlyList<double> right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Count, left.Count, nameof(right));
        if (left.Count < 2 || left.Max().Equals(left.Min()) || right.Max().Equals(right.Min()))
        {
            return null;
        }

        var (leftMean, rightMean) = (left.Average(), right.Average());
        double both = 0, leftOnly = 0, rightOnly = 0;
        for (var i = 0; i < left.Count; i++)
        {
            var (x, y) = (left[i] - leftMean, right[i] - rightMean);
            both += x * y;
            leftOnly += x * x;
            rightOnly += y * y;
        }

        // A movement too small for its square to be told from 0 is none.
        return leftOnly > 0 && rightOnly > 0 ? Math.Clamp(both / Math.Sqrt(leftOnly) / Math.Sqrt(rightOnly), -1, 1) : null;
    }
}

/// <summary>A fall from a peak.</summary>
/// <param name="Fraction">How far, as a fraction of the peak.</param>
/// <param name="Peak">The index of the peak.</param>
/// <param name="Trough">The index of the lowest value after it.</param>
public readonly record struct Drawdown(double Fraction, int Peak, int Trough);
