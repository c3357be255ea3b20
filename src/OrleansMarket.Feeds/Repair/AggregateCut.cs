using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Repair;

/// <summary>Cuts an aggregate that reaches beyond a hole, by subtracting the prints held of it.</summary>
internal static class AggregateCut
{
    /// <summary>Cuts.</summary>
    /// <param name="spec">The symbol and its scale.</param>
    /// <param name="aggregate">The exchange's aggregate.</param>
    /// <param name="wanted">The ids to keep: one range inside the aggregate.</param>
    /// <param name="held">Prints held that touch the aggregate, by id, none overlapping.</param>
    /// <param name="piece">What is left, when it could be cut.</param>
    /// <returns><see langword="null"/> when cut; otherwise why not, for people.</returns>
    public static string? Try(SymbolSpec spec, in Print aggregate, IdRange wanted, IEnumerable<Print> held, out Print piece)
    {
        piece = default;
        var rest = aggregate.Quantity;
        var others = aggregate.TradeCount - wanted.Count;
        var next = aggregate.FirstId;
        foreach (var print in held)
        {
            if (print.LastId < aggregate.FirstId || print.FirstId > aggregate.LastId)
            {
                continue;
            }

            var ids = new IdRange(print.FirstId, print.LastId);
            if (ids.First < next || ids.Last > aggregate.LastId || ids.Overlaps(wanted))
            {
                return $"a print of ids {ids} is held that the exchange's aggregate {aggregate.FirstId}..{aggregate.LastId} does not fit";
            }

            if (print.Price != aggregate.Price || print.Taker != aggregate.Taker)
            {
                return $"the held print {ids} has another price or side than the exchange's aggregate {aggregate.FirstId}..{aggregate.LastId}";
            }

            next = ids.Last + 1;
            rest -= print.Quantity;
            others -= ids.Count;
        }

        if (others != 0)
        {
            return $"the aggregate {aggregate.FirstId}..{aggregate.LastId} reaches beyond the hole and {others} of its trades are not held any more";
        }

        if (rest < wanted.Count)
        {
            // Each trade is at least one step.
            return $"the prints held of the aggregate {aggregate.FirstId}..{aggregate.LastId} leave no quantity for ids {wanted}";
        }

        piece = Print.Aggregate(spec, wanted.First, wanted.Last, aggregate.TradeTimeMicros, aggregate.Price, rest, aggregate.Taker);
        return null;
    }
}
