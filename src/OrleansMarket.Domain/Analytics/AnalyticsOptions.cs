namespace OrleansMarket.Domain.Analytics;

/// <summary>Configures the analytics of one symbol.</summary>
public sealed record AnalyticsOptions
{
    /// <summary>Gets the smallest notional of a whale, USD (quote units where no rate is known). Default: 100,000.</summary>
    public double WhaleFloor { get; init; } = 100_000;
}
