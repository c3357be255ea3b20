namespace OrleansMarket.Domain.Portfolio;

/// <summary>Everything that is known of a portfolio now.</summary>
public sealed record PortfolioView
{
    /// <summary>Gets the name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets where the holdings are kept.</summary>
    public PortfolioOrigin Origin { get; init; }

    /// <summary>Gets when the holdings were last changed.</summary>
    public DateTimeOffset Updated { get; init; }

    /// <summary>Gets what the holdings are worth.</summary>
    public required PortfolioWorth Worth { get; init; }

    /// <summary>Gets what could happen to them, judged by their past.</summary>
    public required PortfolioRisk Risk { get; init; }

    /// <summary>The same with all ages counted to an instant.</summary>
    public PortfolioView Aged(DateTimeOffset now) => this with { Worth = Worth.Aged(now), Risk = Risk.Aged(now) };
}

/// <summary>What holdings are worth.</summary>
public sealed record PortfolioWorth
{
    /// <summary>Gets when it was computed.</summary>
    public DateTimeOffset ComputedAt { get; init; }

    /// <summary>Gets the holdings, the most valuable first; those without a price last.</summary>
    public required IReadOnlyList<HoldingView> Holdings { get; init; }

    /// <summary>Gets the value, in USD, of all holdings with a price.</summary>
    public required PortfolioFigure Value { get; init; }

    /// <summary>Gets the change of the value over 24 hours.</summary>
    public required PortfolioFigure Change24h { get; init; }

    /// <summary>Gets the profit or loss of the holdings whose cost basis is known; the ratio is of that cost.</summary>
    public required PortfolioFigure ProfitLoss { get; init; }

    internal PortfolioWorth Aged(DateTimeOffset now) => this with
    {
        Holdings = [.. Holdings.Select(holding => holding.Aged(now))],
        Value = Value.Aged(now),
        Change24h = Change24h.Aged(now),
        ProfitLoss = ProfitLoss.Aged(now),
    };
}

/// <summary>One holding and what it is worth.</summary>
public sealed record HoldingView
{
    /// <summary>Gets the ticker.</summary>
    public required string Asset { get; init; }

    /// <summary>Gets the quantity, in units of the asset.</summary>
    public required decimal Quantity { get; init; }

    /// <summary>Gets what the whole holding cost, in USD; <see langword="null"/> when it is not known.</summary>
    public decimal? CostBasis { get; init; }

    /// <summary>Gets the price of one unit, in USD.</summary>
    public decimal? Price { get; init; }

    /// <summary>Gets where the price comes from.</summary>
    public string PriceSource { get; init; } = "";

    /// <summary>Gets when the price held.</summary>
    public DateTimeOffset? PriceTime { get; init; }

    /// <summary>Gets the age of the price, in milliseconds.</summary>
    public long? PriceAgeMs { get; init; }

    /// <summary>Gets whether the price is older than its source allows.</summary>
    public bool IsStale { get; init; }

    /// <summary>Gets whether only one source vouches for the price.</summary>
    public bool IsSingleSource { get; init; }

    /// <summary>Gets whether the price's sources differ by more than they may, so that it is the price of only one of them.</summary>
    public bool IsDisputed { get; init; }

    /// <summary>Gets the value, in USD.</summary>
    public decimal? Value { get; init; }

    /// <summary>Gets the share of the portfolio's value, 0 to 1.</summary>
    public double? Weight { get; init; }

    /// <summary>Gets the change of the value over 24 hours, in USD.</summary>
    public decimal? Change24h { get; init; }

    /// <summary>Gets the change of the price over 24 hours, in percent.</summary>
    public double? Change24hPercent { get; init; }

    /// <summary>Gets value less cost basis, in USD.</summary>
    public decimal? ProfitLoss { get; init; }

    /// <summary>Gets profit or loss as a share of the cost basis (0.05 is 5 %); <see langword="null"/> where it cost nothing.</summary>
    public double? ProfitLossRatio { get; init; }

    /// <summary>Gets why there is no price, or what is doubtful about it.</summary>
    public string? Problem { get; init; }

    internal HoldingView Aged(DateTimeOffset now) => this with { PriceAgeMs = PortfolioFigure.Age(PriceTime, now) };
}

/// <summary>What could happen to holdings, judged by their past as if today's had been held all the time.</summary>
public sealed record PortfolioRisk
{
    /// <summary>Gets when it was computed.</summary>
    public DateTimeOffset ComputedAt { get; init; }

    /// <summary>Gets the first of the common days; <see langword="null"/> without any.</summary>
    public DateOnly? FirstDay { get; init; }

    /// <summary>Gets the last of the common days.</summary>
    public DateOnly? LastDay { get; init; }

    /// <summary>Gets the annualised deviation of daily log returns.</summary>
    public required PortfolioFigure Volatility { get; init; }

    /// <summary>Gets the loss that 95 of 100 past days did not exceed, as ratio and amount.</summary>
    public required PortfolioFigure ValueAtRisk95 { get; init; }

    /// <summary>Gets the loss that 99 of 100 past days did not exceed, as ratio and amount.</summary>
    public required PortfolioFigure ValueAtRisk99 { get; init; }

    /// <summary>Gets the largest fall from a peak to a later low.</summary>
    public required PortfolioFigure MaxDrawdown { get; init; }

    /// <summary>Gets the day of the peak before the largest fall; <see langword="null"/> where nothing fell.</summary>
    public DateOnly? DrawdownPeak { get; init; }

    /// <summary>Gets the day of the low.</summary>
    public DateOnly? DrawdownTrough { get; init; }

    /// <summary>Gets the correlation of each pair of holdings that move.</summary>
    public required IReadOnlyList<PairCorrelation> Correlations { get; init; }

    internal PortfolioRisk Aged(DateTimeOffset now) => this with
    {
        Volatility = Volatility.Aged(now),
        ValueAtRisk95 = ValueAtRisk95.Aged(now),
        ValueAtRisk99 = ValueAtRisk99.Aged(now),
        MaxDrawdown = MaxDrawdown.Aged(now),
        Correlations = [.. Correlations.Select(pair => pair with { Correlation = pair.Correlation.Aged(now) })],
    };
}

/// <summary>How two holdings move together.</summary>
/// <param name="First">The one ticker.</param>
/// <param name="Second">The other.</param>
/// <param name="Correlation">Pearson's correlation of their daily log returns.</param>
public sealed record PairCorrelation(string First, string Second, PortfolioFigure Correlation);
