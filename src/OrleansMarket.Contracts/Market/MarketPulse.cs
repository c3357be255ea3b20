using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Contracts.Market;

/// <summary>How the whole does.</summary>
[GenerateSerializer]
[Immutable]
[Alias("market.pulse.v1")]
public sealed record MarketPulse
{
    /// <summary>Gets what is followed; <see langword="null"/> until a silo with the ingress role has told.</summary>
    [Id(0)]
    public FollowedMarket? Followed { get; init; }

    /// <summary>Gets the pipeline over all silos.</summary>
    [Id(1)]
    public required PipelineState Pipeline { get; init; }

    /// <summary>Gets whether the silo that asked runs what runs once in the cluster: repairs, comparisons and their like.</summary>
    [Id(2)]
    public bool Leads { get; init; }
}
