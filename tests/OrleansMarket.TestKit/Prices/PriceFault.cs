namespace OrleansMarket.TestKit.Prices;

/// <summary>How a fake price source misbehaves.</summary>
public enum PriceFault
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>No answer.</summary>
    Hang,

    /// <summary>The connection is cut.</summary>
    Reset,

    /// <summary>500.</summary>
    ServerError,

    /// <summary>403, as a firewall says it.</summary>
    Forbidden,

    /// <summary>429 with Retry-After 30.</summary>
    TooMany,

    /// <summary>418 with Retry-After 120.</summary>
    Banned,

    /// <summary>451: not served here.</summary>
    Restricted,

    /// <summary>200 with an error inside, in the source's own form.</summary>
    ErrorInside,

    /// <summary>200 with a page instead of JSON.</summary>
    Garbage,

    /// <summary>Prices of a type that they cannot have.</summary>
    WrongTypes,

    /// <summary>Prices of zero.</summary>
    Zero,

    /// <summary>Negative prices.</summary>
    Negative,

    /// <summary>Prices larger than there can be.</summary>
    Huge,

    /// <summary>Prices of an hour ago; Kraken gives no time and cannot show it.</summary>
    Stale,

    /// <summary>Nothing of any asset but the first.</summary>
    Partial,
}
