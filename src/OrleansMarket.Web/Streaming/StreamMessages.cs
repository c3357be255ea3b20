using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Streaming;

/// <summary>The first message of a stream.</summary>
/// <param name="Source">What the prices come from.</param>
/// <param name="ServerTime">The server's clock.</param>
/// <param name="HeartbeatMs">The longest silence to expect; after three of them the stream is dead.</param>
public sealed record StreamHello(FeedSource Source, DateTimeOffset ServerTime, long HeartbeatMs);

/// <summary>Says that the stream lives although nothing happens.</summary>
/// <param name="Source">What the prices come from.</param>
/// <param name="ServerTime">The server's clock.</param>
/// <param name="Dropped">Events that this reader has lost by being slow.</param>
public sealed record StreamHeartbeat(FeedSource Source, DateTimeOffset ServerTime, long Dropped);
