namespace OrleansMarket.Domain.Analytics;

/// <summary>
/// Exponentially weighted variance of 1-minute log returns: σ²ₜ = λσ²ₜ₋₁ + (1−λ)r²ₜ, started from the mean square of the first 60 returns.
/// </summary>
/// <remarks>λ 0.94 and the zero mean are those of RiskMetrics (J.P. Morgan/Reuters, RiskMetrics Technical Document, 4th ed., 1996, chapter 5), per minute instead of per day.</remarks>
internal struct EwmaVariance
{
    /// <summary>The weight of the past.</summary>
    public const double Lambda = 0.94;

    /// <summary>How many returns start it.</summary>
    public const int SeedReturns = 60;

    /// <summary>The most returns counted: what is older than a day weighs less than a double can tell.</summary>
    public const int MaxCount = 1_440;

    /// <summary>Returns taken, at most <see cref="MaxCount"/>.</summary>
    public int Count;

    /// <summary>The sum of squares while starting, then the variance.</summary>
    public double Value;

    public readonly bool IsSeeded => Count >= SeedReturns;

    public void Add(double logReturn)
    {
        if (IsSeeded)
        {
            Value = (Lambda * Value) + ((1 - Lambda) * logReturn * logReturn);
            Count = Math.Min(MaxCount, Count + 1);
            return;
        }

        Value += logReturn * logReturn;
        if (++Count == SeedReturns)
        {
            Value /= SeedReturns;
        }
    }
}
