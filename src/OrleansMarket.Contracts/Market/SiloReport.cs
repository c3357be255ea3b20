using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Contracts.Market;

/// <summary>How one silo does.</summary>
[GenerateSerializer]
[Immutable]
[Alias("market.silo-report.v1")]
public sealed record SiloReport
{
    /// <summary>Gets the silo, as Orleans names it.</summary>
    [Id(0)]
    public required string Silo { get; init; }

    /// <summary>Gets what it has counted and timed.</summary>
    [Id(1)]
    public required PipelineState Pipeline { get; init; }

    /// <summary>Gets what feeds the product and the symbols that it follows; <see langword="null"/> from a silo without the ingress role.</summary>
    [Id(2)]
    public FollowedMarket? Followed { get; init; }

    /// <summary>Gets whether the silo is about to stop: another is to lead.</summary>
    [Id(3)]
    public bool IsStopping { get; init; }

    /// <summary>Gets how far the silo has read each symbol, and how far its engines have come.</summary>
    [Id(4)]
    public IReadOnlyList<SymbolProgress> Progress { get; init; } = [];
}
