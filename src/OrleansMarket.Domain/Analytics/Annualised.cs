namespace OrleansMarket.Domain.Analytics;

/// <summary>Volatilities as annualised fractions, from sums of log returns over equal steps. A year has 365 days of 24 h.</summary>
/// <remarks>
/// Realised: T. G. Andersen, T. Bollerslev, F. X. Diebold, P. Labys, "Modeling and Forecasting Realized Volatility", Econometrica 71 (2003).
/// Close to close: the sample deviation of log returns, J. C. Hull, "Options, Futures, and Other Derivatives", chapter on volatility.
/// </remarks>
internal static class Annualised
{
    /// <summary>Minutes in a year of 31,536,000 s.</summary>
    public const double MinutesPerYear = 525_600;

    /// <summary>Seconds in a year.</summary>
    public const double SecondsPerYear = 31_536_000;

    /// <summary>√(Σr² ÷ n × steps per year): √Σr² of a full window, scaled to a year by the returns that are there.</summary>
    public static Figure Realised(in ReturnSums sums, int minActive, double stepsPerYear) =>
        Guarded(in sums, minActive, Math.Sqrt(sums.SumOfSquares / sums.Returns * stepsPerYear));

    /// <summary>√(Σ(r − mean)² ÷ (n − 1) × steps per year).</summary>
    public static Figure CloseToClose(in ReturnSums sums, int minActive, double stepsPerYear) =>
        Guarded(in sums, minActive, Math.Sqrt(sums.SumOfSquaredDeviations / (sums.Returns - 1) * stepsPerYear));

    /// <summary>√(σ² × steps per year); the activity is that of the last hour.</summary>
    public static Figure Ewma(EwmaVariance variance, in ReturnSums lastHour, int minActive, double stepsPerYear)
    {
        if (!variance.IsSeeded)
        {
            return Figure.None(variance.Count == 0 ? FigureStatus.NoData : FigureStatus.NotEnoughHistory, variance.Count);
        }

        return lastHour.ActiveReturns < minActive
            ? Figure.None(FigureStatus.NotEnoughActivity, variance.Count)
            : Figure.Of(Math.Sqrt(variance.Value * stepsPerYear), variance.Count);
    }

    private static Figure Guarded(in ReturnSums sums, int minActive, double value)
    {
        if (sums.Returns < minActive)
        {
            return Figure.None(sums.Returns == 0 ? FigureStatus.NoData : FigureStatus.NotEnoughHistory, sums.Returns);
        }

        return sums.ActiveReturns < minActive ? Figure.None(FigureStatus.NotEnoughActivity, sums.Returns) : Figure.Of(value, sums.Returns);
    }
}
