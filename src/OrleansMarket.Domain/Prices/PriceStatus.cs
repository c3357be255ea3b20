namespace OrleansMarket.Domain.Prices;

/// <summary>How sources and caches do.</summary>
/// <param name="Threshold">The relative difference within which sources agree, a fraction.</param>
/// <param name="Sources">Every source, best first.</param>
/// <param name="Caches">Every cache by name.</param>
public sealed record PriceStatus(double Threshold, IReadOnlyList<PriceSourceStatus> Sources, IReadOnlyList<CacheCount> Caches)
{
    /// <summary>Gets the servers of a cluster whose hits and misses are not counted, because they did not say them in time.</summary>
    public IReadOnlyList<string> Silent { get; init; } = [];
}

/// <summary>How one source does.</summary>
public sealed record PriceSourceStatus
{
    /// <summary>Gets the source.</summary>
    public required string Source { get; init; }

    /// <summary>Gets whether it is asked.</summary>
    public required PriceSourceState State { get; init; }

    /// <summary>Gets what its last failure was; null when its last answer was good.</summary>
    public string? Error { get; init; }

    /// <summary>Gets when it is asked again although it is not asked now; null when it is.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Gets when it was last asked; null before.</summary>
    public DateTimeOffset? LastAsked { get; init; }

    /// <summary>Gets when it last answered well; null before.</summary>
    public DateTimeOffset? LastAnswered { get; init; }

    /// <summary>Gets how long its last answer took, ms; null before, and for our own trade stream.</summary>
    public double? LatencyMs { get; init; }

    /// <summary>Gets how often it was asked.</summary>
    public required long Calls { get; init; }

    /// <summary>Gets how often it failed.</summary>
    public required long Failures { get; init; }
}

/// <summary>Whether a source is asked.</summary>
public enum PriceSourceState : byte
{
    /// <summary>Not asked yet.</summary>
    Starting,

    /// <summary>Its last answer was good.</summary>
    Ok,

    /// <summary>Its last answer was not, and it is still asked.</summary>
    Failing,

    /// <summary>Its breaker is open: it failed too often, or wants to be left alone.</summary>
    Open,
}
