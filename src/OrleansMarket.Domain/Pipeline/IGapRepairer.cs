using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Pipeline;

/// <summary>Finds the trades of a symbol's gaps.</summary>
public interface IGapRepairer
{
    /// <summary>Looks for the missing trades of all the given gaps once; those that are near each other share requests.</summary>
    /// <param name="spec">The symbol and its scale.</param>
    /// <param name="gaps">Gaps of the symbol, by id, none overlapping.</param>
    /// <param name="nextId">The next expected id: tells what is among the newest trades.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What was found, and what became of each gap; one that cannot be asked for now says when to try again.</returns>
    Task<GapRepair> RepairAsync(SymbolSpec spec, IReadOnlyList<Gap> gaps, long nextId, CancellationToken cancellationToken);
}

/// <summary>What one attempt at the gaps of one symbol brought.</summary>
/// <param name="Prints">Prints inside the gaps, by id, none overlapping.</param>
/// <param name="Outcomes">What became of each gap that was tried, by id.</param>
/// <param name="Refusal">Why the exchange could not be asked, or not to the end, for people; <see langword="null"/> when it could.</param>
public sealed record GapRepair(IReadOnlyList<Print> Prints, IReadOnlyList<GapOutcome> Outcomes, string? Refusal = null);

/// <summary>What became of one gap in an attempt.</summary>
/// <param name="Gap">The gap as it was tried.</param>
/// <param name="Remaining">Its ids that are still missing.</param>
/// <param name="RetryAfter">When to try again; <see langword="null"/> when nothing remains.</param>
/// <param name="Reason">Why ids remain, for people; <see langword="null"/> when none do.</param>
public sealed record GapOutcome(Gap Gap, IReadOnlyList<IdRange> Remaining, TimeSpan? RetryAfter, string? Reason);
