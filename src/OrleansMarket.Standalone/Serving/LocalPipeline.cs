using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Standalone.Serving;

/// <summary>The pipeline of one process.</summary>
internal sealed class LocalPipeline(ITradeFeed feed, EngineRouter router, PipelineStats stats) : IPipeline
{
    /// <summary>Gets the parts whose state counts.</summary>
    public PipelineParts Parts { get; } = new();

    /// <inheritdoc/>
    public FeedSource Source => feed.Source;

    /// <inheritdoc/>
    public long ExchangeNowMicros => feed.Source.Kind == FeedKind.Replay ? stats.NewestTradeMicros : stats.NowMicros + (feed.Status.ClockOffsetMicros ?? 0);

    /// <inheritdoc/>
    public PipelineReading Reading => stats.Read(feed.Source.Kind != FeedKind.Replay);

    /// <inheritdoc/>
    public PipelineState Describe()
    {
        var partitions = router.Lanes.Select(lane => lane.Partition).Distinct().ToArray();
        return stats.Describe() with
        {
            Feed = feed.Status,
            Backlog = partitions.Sum(partition => partition.Backlog),
            BacklogLimit = partitions.Length * (long)Partition.Capacity,
            Parts = Parts.Describe(),
        };
    }
}
