using OrleansMarket.Domain.Market;

namespace OrleansMarket.Web.Gaps;

/// <summary>Gaps in the trade ids, newest first.</summary>
public sealed record GapsResponse
{
    /// <summary>Gets the gaps: those open, and those closed within the retention.</summary>
    public required IReadOnlyList<GapView> Gaps { get; init; }

    /// <summary>Gets how many of them are open.</summary>
    public required int Open { get; init; }

    /// <summary>Gets how many trade ids are missing in those open.</summary>
    public required long MissingIds { get; init; }
}
