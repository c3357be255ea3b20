using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Trades;

/// <summary>A page of raw trades, oldest first.</summary>
public sealed record TradesResponse
{
    /// <summary>Gets the pair.</summary>
    public required Symbol Symbol { get; init; }

    /// <summary>Gets what the trades come from: live, simulated or a replay.</summary>
    public required FeedSource Source { get; init; }

    /// <summary>Gets the trades.</summary>
    public required IReadOnlyList<TradeView> Trades { get; init; }

    /// <summary>Gets the `fromId` of the next page, or null at the end.</summary>
    public long? NextFromId { get; init; }

    /// <summary>Gets why there are no trades; null when there are some.</summary>
    public string? EmptyBecause { get; init; }
}
