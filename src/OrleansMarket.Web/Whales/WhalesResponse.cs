using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Whales;

/// <summary>A page of whale sweeps, newest first.</summary>
public sealed record WhalesResponse
{
    /// <summary>Gets what the trades come from: live, simulated or a replay.</summary>
    public required FeedSource Source { get; init; }

    /// <summary>Gets the sweeps.</summary>
    public required IReadOnlyList<WhaleView> Whales { get; init; }

    /// <summary>Gets the `before` of the next page, or null at the end.</summary>
    public string? Next { get; init; }
}
