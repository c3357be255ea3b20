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

    /// <summary>Gets how many prints may wait before the feed has to.</summary>
    public long BacklogLimit { get; init; }

    /// <summary>Gets latency quantiles per stage, over the last minute.</summary>
    public IReadOnlyList<StageLatency> Latency { get; init; } = [];

    /// <summary>Gets the state of each part by name: <see langword="null"/> when well, else what is wrong.</summary>
    public IReadOnlyDictionary<string, string?> Parts { get; init; } = new Dictionary<string, string?>();
}
