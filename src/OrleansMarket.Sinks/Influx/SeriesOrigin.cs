using OrleansMarket.Domain;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Influx;

/// <summary>
/// What the points of this host come from. It is part of every point's identity, so that made-up trades and recordings never write over real
/// ones.
/// </summary>
/// <param name="Feed">What feeds the product.</param>
/// <param name="Exchange">Whose trades they are, lower case.</param>
public sealed record SeriesOrigin(FeedKind Feed, string Exchange = "binance")
{
    /// <summary>Gets the tag value of <see cref="Feed"/>.</summary>
    internal string FeedName { get; } = WireName.Of(Feed);
}
