namespace OrleansMarket.Domain.Analytics;

/// <summary>Sums over a stretch of minutes or seconds.</summary>
internal struct ReturnSums
{
    /// <summary>Σr² of the log returns.</summary>
    public double SumOfSquares;

    /// <summary>Σr of the log returns.</summary>
    public double Sum;

    /// <summary>Quote units.</summary>
    public double QuoteVolume;

    /// <summary>Returns, those without trades (zero) included.</summary>
    public int Returns;

    /// <summary>Returns that had trades.</summary>
    public int ActiveReturns;

    /// <summary>Minutes with trades.</summary>
    public int Active;

    /// <summary>Minutes without trades.</summary>
    public int Carried;

    /// <summary>Gets Σ(r − mean)², never negative.</summary>
    /// <remarks>The mean of log returns over a minute is far smaller than their size, so the difference of sums loses nothing that counts.</remarks>
    public readonly double SumOfSquaredDeviations => Math.Max(0, SumOfSquares - (Sum * Sum / Returns));
}
