using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Pipeline;

/// <summary>What a pipeline has done and how it does.</summary>
public sealed record PipelineState
{
    /// <summary>Gets the state of the connections.</summary>
    public required FeedStatus Feed { get; init; }

    /// <summary>Gets trades taken since start.</summary>
    public long Produced { get; init; }

    /// <summary>Gets dead letters since start.</summary>
    public long DeadLetters { get; init; }

    /// <summary>Gets trades per second over the last 10 s.</summary>
    public double TradesPerSecond { get; init; }

    /// <summary>Gets the newest trade time of any symbol, µs.</summary>
    public long NewestTradeMicros { get; init; }

    /// <summary>Gets prints read but not yet in the engine.</summary>
    public long Backlog { get; init; }

    /// <summary>Gets how many prints may wait before the feed has to; 0 where nothing bounds them.</summary>
    public long BacklogLimit { get; init; }

    /// <summary>Gets latency quantiles per stage, over the last minute.</summary>
    public IReadOnlyList<StageLatency> Latency { get; init; } = [];

    /// <summary>Gets the state of each part by name: <see langword="null"/> when well, else what is wrong.</summary>
    public IReadOnlyDictionary<string, string?> Parts { get; init; } = new Dictionary<string, string?>();

    /// <summary>What several processes say, as one; a part that is not well names its process.</summary>
    /// <param name="states">The states and the names of their processes.</param>
    public static PipelineState Merge(IReadOnlyList<(string Name, PipelineState State)> states)
    {
        // A process without a feed plans no connections.
        var feeds = states.Select(item => item.State.Feed).Where(feed => feed.Planned > 0 || feed.Frames > 0 || feed.Connected).ToArray();
        return new PipelineState
        {
            Feed = feeds.Length == 0 ? FeedStatus.Starting : feeds.Aggregate(Join),
            Produced = states.Sum(item => item.State.Produced),
            DeadLetters = states.Sum(item => item.State.DeadLetters),
            TradesPerSecond = states.Sum(item => item.State.TradesPerSecond),
            NewestTradeMicros = states.Select(item => item.State.NewestTradeMicros).DefaultIfEmpty().Max(),
            Backlog = states.Sum(item => item.State.Backlog),
            BacklogLimit = states.Sum(item => item.State.BacklogLimit),
            Latency =
            [
                .. states.SelectMany(item => item.State.Latency).GroupBy(latency => latency.Stage)
                    .Select(stage => stage.Where(latency => latency.Count > 0).DefaultIfEmpty(stage.First()).Aggregate(Join)),
            ],
            Parts = states.SelectMany(item => item.State.Parts.Select(part => (part.Key, Trouble: part.Value is { } trouble && states.Count > 1 ? $"{item.Name}: {trouble}" : part.Value)))
                .GroupBy(part => part.Key)
                .ToDictionary(part => part.Key, part => part.Any(one => one.Trouble is not null) ? string.Join("; ", part.Select(one => one.Trouble).OfType<string>()) : null),
        };
    }

    private static FeedStatus Join(FeedStatus left, FeedStatus right) => new(
        left.Connected && right.Connected, left.Connections + right.Connections, left.Planned + right.Planned, left.Reconnects + right.Reconnects,
        left.Frames + right.Frames, left.OtherFrames + right.OtherFrames, left.ClockOffsetMicros ?? right.ClockOffsetMicros, left.LastError ?? right.LastError);

    /// <summary>The worst of both, the median weighed by how many it stands for.</summary>
    private static StageLatency Join(StageLatency left, StageLatency right) => left.Count + right.Count == 0 ? left : new(
        left.Stage, left.Count + right.Count, ((left.P50 * left.Count) + (right.P50 * right.Count)) / (left.Count + right.Count),
        Math.Max(left.P95, right.P95), Math.Max(left.P99, right.P99), Math.Max(left.Max, right.Max));
}
