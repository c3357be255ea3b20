namespace OrleansMarket.Domain.Engine;

/// <summary>What became of a print.</summary>
public enum ApplyResult : byte
{
    /// <summary>Counted.</summary>
    Accepted,

    /// <summary>Held already; not counted again.</summary>
    Duplicate,

    /// <summary>Covers ids that are partly held: cut it first.</summary>
    Straddles,

    /// <summary>Its window is closed for good: a dead letter.</summary>
    TooLate,

    /// <summary>Its id is further ahead than an exchange can have traded since the trade before: a dead letter.</summary>
    TooFarAhead,
}
