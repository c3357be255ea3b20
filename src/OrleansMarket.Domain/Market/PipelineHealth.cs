using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Market;

/// <summary>How the pipeline does, as a whole and per stage.</summary>
public sealed record PipelineHealth
{
    /// <summary>Gets ok, degraded or starting.</summary>
    public required HealthStatus Status { get; init; }

    /// <summary>Gets why the status is not ok, for people; empty when it is.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>Gets what feeds the product.</summary>
    public required FeedSource Source { get; init; }

    /// <summary>Gets the state of the connections.</summary>
    public required FeedStatus Feed { get; init; }

    /// <summary>Gets trades taken since start.</summary>
    public required long Produced { get; init; }

    /// <summary>Gets dead letters since start.</summary>
    public required long DeadLetters { get; init; }

    /// <summary>Gets dead letters now kept.</summary>
    public required long DeadLettersKept { get; init; }

    /// <summary>Gets the age of the newest trade of any symbol, ms.</summary>
    public long? LastTradeAgeMs { get; init; }

    /// <summary>Gets symbols whose data is stale.</summary>
    public required IReadOnlyList<Symbol> StaleSymbols { get; init; }

    /// <summary>Gets gaps now open.</summary>
    public required int OpenGaps { get; init; }

    /// <summary>Gets trade ids now missing.</summary>
    public required long MissingIds { get; init; }

    /// <summary>Gets trades per second over the last 10 s.</summary>
    public required double TradesPerSecond { get; init; }

    /// <summary>Gets prints read but not yet in the engine.</summary>
    public required long Backlog { get; init; }

    /// <summary>Gets how many prints may wait before the feed has to; 0 where nothing bounds them.</summary>
    public required long BacklogLimit { get; init; }

    /// <summary>Gets latency quantiles per stage, over the last minute.</summary>
    public required IReadOnlyList<StageLatency> Latency { get; init; }

    /// <summary>Gets the state of each store and output by name ("sqlite", "slack", …): null when well, else what is wrong.</summary>
    public required IReadOnlyDictionary<string, string?> Parts { get; init; }
}

/// <summary>Overall health.</summary>
public enum HealthStatus : byte
{
    /// <summary>Everything flows.</summary>
    Ok,

    /// <summary>Something does not; <see cref="PipelineHealth.Reasons"/> say what.</summary>
    Degraded,

    /// <summary>No trade yet.</summary>
    Starting,
}

/// <summary>Latency quantiles of one stage, ms. Negative values mean that the clocks disagree.</summary>
/// <param name="Stage">exchange, queue, engine, total, store or alert.</param>
/// <param name="Count">Observations.</param>
/// <param name="P50">Median.</param>
/// <param name="P95">95 %.</param>
/// <param name="P99">99 %.</param>
/// <param name="Max">Largest.</param>
public sealed record StageLatency(string Stage, long Count, double P50, double P95, double P99, double Max);
