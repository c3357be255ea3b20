namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>What kind of answer the exchange gave.</summary>
public enum RestOutcomeKind : byte
{
    /// <summary>What was asked for.</summary>
    Ok,

    /// <summary>The request itself is wrong (bad symbol, bad parameter): asking again changes nothing.</summary>
    Refused,

    /// <summary>The host does not serve this operation.</summary>
    NotServed,

    /// <summary>Too many requests, or banned: nothing may be sent anywhere for a while.</summary>
    Limited,

    /// <summary>The host refuses our location.</summary>
    Restricted,

    /// <summary>The exchange failed or is busy; the result is unknown and may be asked again.</summary>
    Failed,
}

/// <summary>How one answer is to be taken.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Code">The exchange's error code, or 0.</param>
/// <param name="Message">What it said, for people; one line, at most 200 characters.</param>
/// <param name="StayAway">For how long nothing may be sent (limited), or how long the host wants to be left alone (failed).</param>
public readonly record struct RestOutcome(RestOutcomeKind Kind, int Code = 0, string Message = "", TimeSpan StayAway = default);
