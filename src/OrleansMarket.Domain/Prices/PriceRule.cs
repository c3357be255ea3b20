namespace OrleansMarket.Domain.Prices;

/// <summary>Which rule gave a price. Where fewer than two sources are fresh, or those that are do not agree, the first of the others that has a price decides.</summary>
public enum PriceRule : byte
{
    /// <summary>The weighted median of at least two fresh sources that agree.</summary>
    Consensus,

    /// <summary>Binance: our own trade stream, or its API.</summary>
    Binance,

    /// <summary>CoinGecko.</summary>
    Coingecko,

    /// <summary>Another exchange.</summary>
    Exchange,

    /// <summary>No source is fresh: the last price known, with its age.</summary>
    LastKnown,

    /// <summary>No price was ever known.</summary>
    None,
}

/// <summary>How far a price is confirmed.</summary>
public enum PriceQuality : byte
{
    /// <summary>At least two fresh sources agree within the threshold.</summary>
    Agreed,

    /// <summary>At least two fresh sources, and no majority of them within the threshold.</summary>
    Disputed,

    /// <summary>Only one source is fresh: nothing confirms it.</summary>
    SingleSource,

    /// <summary>No source is fresh; the price is old.</summary>
    Stale,

    /// <summary>There is no price.</summary>
    Missing,
}

/// <summary>Why a source does not count.</summary>
public enum PriceExclusion : byte
{
    /// <summary>It gave no price.</summary>
    NoPrice,

    /// <summary>Its price is not above zero.</summary>
    NotPositive,

    /// <summary>Its price is older than its bound.</summary>
    TooOld,

    /// <summary>The dollar value of its currency is not known.</summary>
    NoRate,

    /// <summary>A fresher source of the same venue counts.</summary>
    SameVenue,

    /// <summary>Its price is beyond the threshold, and the others agree without it.</summary>
    Outlier,

    /// <summary>Its price is larger than any can be.</summary>
    Implausible,
}
