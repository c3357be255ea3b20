using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Candles;

/// <summary>A page of candles, oldest first.</summary>
public sealed record CandlesResponse
{
    /// <summary>Gets the pair.</summary>
    public required Symbol Symbol { get; init; }

    /// <summary>Gets the interval's name.</summary>
    public required string Interval { get; init; }

    /// <summary>Gets what the prices come from: live, simulated or a replay.</summary>
    public required FeedSource Source { get; init; }

    /// <summary>Gets the candles; the running one, if asked for, is the last.</summary>
    public required IReadOnlyList<CandleView> Candles { get; init; }

    /// <summary>Gets the `from` of the next page, or null at the end.</summary>
    public DateTimeOffset? NextFrom { get; init; }

    /// <summary>Gets why there are no candles; null when there are some.</summary>
    public string? EmptyBecause { get; init; }
}
