using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Pipeline;

/// <summary>Finds the trades of a gap.</summary>
public interface IGapRepairer
{
    /// <summary>Looks for the missing trades once. What it cannot find stays in <see cref="GapRepair.Remaining"/>.</summary>
    Task<GapRepair> RepairAsync(SymbolSpec spec, Gap gap, CancellationToken cancellationToken);
}

/// <summary>What one attempt at a repair brought.</summary>
/// <param name="Prints">Prints inside the gap, by id, none overlapping.</param>
/// <param name="Remaining">Ids still missing.</param>
/// <param name="RetryAfter">When to try again; <see langword="null"/> when nothing remains.</param>
/// <param name="Reason">Why ids remain, for people; <see langword="null"/> when none do.</param>
public sealed record GapRepair(IReadOnlyList<Print> Prints, IReadOnlyList<IdRange> Remaining, TimeSpan? RetryAfter, string? Reason);
