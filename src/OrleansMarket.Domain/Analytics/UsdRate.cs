using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Analytics;

/// <summary>A quote asset's value in USD: a timed input event on the tape, applied from the next minute.</summary>
/// <param name="Asset">The quote asset (USDT).</param>
/// <param name="Rate">USD per unit, > 0.</param>
/// <param name="TimeMicros">When it held, µs.</param>
/// <param name="Source">Where it comes from; <c>assumed</c> for a stablecoin taken as 1.</param>
public readonly record struct UsdRate(string Asset, double Rate, long TimeMicros, string Source)
{
    /// <summary>The source name of a rate that nobody measured.</summary>
    public const string Assumed = "assumed";

    /// <summary>How old a measured rate may grow by event time, µs: one hour. Then it counts no more.</summary>
    public const long LongestAgeMicros = Micros.PerHour;

    /// <summary>Gets whether somebody measured the rate; otherwise it is assumed.</summary>
    internal bool IsMeasured => Source != Assumed;

    /// <summary>The stablecoins taken as 1 USD until measured rates exist.</summary>
    public static bool IsAssumedStable(string asset) => asset is "USDT" or "USDC" or "FDUSD" or "USD";
}
