namespace OrleansMarket.Domain.Analytics;

/// <summary>Sums over a stretch of minutes or seconds.</summary>
internal struct ReturnSums
{
    /// <summary>Σr² of the log returns.</summary>
    public double SumOfSquares;

    /// <summary>Σ(r − mean)² of the log returns.</summary>
    public double SumOfSquaredDeviations;

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
}
