namespace OrleansMarket.Domain.Analytics;

/// <summary>What an alert rule can watch. Wire names are kebab case.</summary>
public enum Signal : byte
{
    /// <summary>Price move over the last minute, percent, signed.</summary>
    PriceMove1m,

    /// <summary>Price move over the last 5 minutes, percent, signed.</summary>
    PriceMove5m,

    /// <summary>Price move over the last hour, percent, signed.</summary>
    PriceMove1h,

    /// <summary>Realised volatility over 1 h, annualised, as a fraction.</summary>
    Volatility1h,

    /// <summary>Realised volatility over 24 h, annualised, as a fraction.</summary>
    Volatility24h,

    /// <summary>EWMA volatility (λ 0.94 per minute), annualised, as a fraction.</summary>
    VolatilityEwma,

    /// <summary>Robust z-score of the last complete minute's quote volume.</summary>
    VolumeSpike,

    /// <summary>Taker buy share of base volume over 1 minute, 0 to 1.</summary>
    BuyShare1m,

    /// <summary>Taker buy share of base volume over 5 minutes, 0 to 1.</summary>
    BuyShare5m,

    /// <summary>Taker buy share of base volume over 1 hour, 0 to 1.</summary>
    BuyShare1h,

    /// <summary>USD notional of the largest whale sweep that ended in this second; undefined in a second without one.</summary>
    WhaleNotional,

    /// <summary>Relative difference to other price sources, percent.</summary>
    SourceDeviation,

    /// <summary>Seconds since the last trade beyond what the symbol's own rate explains. Data quality.</summary>
    StaleFeed,

    /// <summary>Seconds for which the oldest open gap has been open. Data quality.</summary>
    GapOpen,

    /// <summary>Seconds between the exchange's time and ours at the end of the pipeline (p99 of the last minute). Data quality.</summary>
    Lag,

    /// <summary>Dead letters per 1,000 frames over the last minute. Data quality.</summary>
    DeadLetterRate,
}
