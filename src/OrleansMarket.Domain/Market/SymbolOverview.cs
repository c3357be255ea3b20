using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Market;

/// <summary>One line of the symbol table.</summary>
public sealed record SymbolOverview
{
    /// <summary>Gets the pair.</summary>
    public required Symbol Symbol { get; init; }

    /// <summary>Gets the base asset.</summary>
    public required string BaseAsset { get; init; }

    /// <summary>Gets the quote asset, the unit of prices.</summary>
    public required string QuoteAsset { get; init; }

    /// <summary>Gets what the exchange says of the symbol.</summary>
    public required SymbolStatus Status { get; init; }

    /// <summary>Gets the decimals of a price.</summary>
    public required int PriceDecimals { get; init; }

    /// <summary>Gets the decimals of a quantity.</summary>
    public required int QuantityDecimals { get; init; }

    /// <summary>Gets the last price, quote units; <see langword="null"/> before the first trade.</summary>
    public decimal? LastPrice { get; init; }

    /// <summary>Gets when the last trade happened, exchange clock.</summary>
    public DateTimeOffset? LastTradeTime { get; init; }

    /// <summary>Gets the last trade's id.</summary>
    public long? LastTradeId { get; init; }

    /// <summary>Gets the age of the last trade, ms, our clock corrected by the measured offset; never negative.</summary>
    public long? LastTradeAgeMs { get; init; }

    /// <summary>Gets whether the age is beyond what the symbol's own rate of trades explains.</summary>
    public bool IsStale { get; init; }

    /// <summary>Gets the price change over 24 h, quote units.</summary>
    public decimal? Change24h { get; init; }

    /// <summary>Gets the price change over 24 h, percent.</summary>
    public double? Change24hPercent { get; init; }

    /// <summary>Gets the quote volume over 24 h.</summary>
    public decimal? QuoteVolume24h { get; init; }

    /// <summary>Gets the realised volatility over 1 h, annualised, a fraction.</summary>
    public double? Volatility1h { get; init; }

    /// <summary>Gets the taker buy share over 5 minutes, 0 to 1.</summary>
    public double? BuyShare5m { get; init; }

    /// <summary>Gets the robust z-score of the last minute's quote volume.</summary>
    public double? VolumeSpike { get; init; }

    /// <summary>Gets how many trade ids are missing now.</summary>
    public long MissingIds { get; init; }

    /// <summary>Gets how many of the latest minutes differ from the exchange's own although their trades were read again; at most 16 are remembered.</summary>
    public int MismatchedMinutes { get; init; }

    /// <summary>Gets how many alerts are firing.</summary>
    public int FiringAlerts { get; init; }
}
