using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Repair;

/// <content>
/// Aggregates. Their ids are another id space, so they are located by time first; only then may they be paged by id.
/// </content>
public sealed partial class GapRepairPlanner
{
    private async Task FromAggregatesAsync(RepairAttempt attempt, CancellationToken cancellationToken)
    {
        var held = new HeldPrints(_log, attempt);
        var located = long.MinValue;
        AggregateTrade? last = null;
        while (attempt.NextMissing is { } wanted && attempt.MayCall())
        {
            // An aggregate covers at least one trade, so what is not further off than a page is on the next one. What is further is found as well by its
            // time, unless that was tried already.
            if (last is { } before && (located == wanted || wanted <= before.Print.LastId + RowsPerCall))
            {
                var rows = await _history.GetAggregatesFromAsync(attempt.Spec, before.AggregateId + 1, RowsPerCall, cancellationToken).ConfigureAwait(false);
                await TakeAsync(attempt, held, rows, cancellationToken).ConfigureAwait(false);
                attempt.AskedTo = rows.Count < RowsPerCall ? long.MaxValue : rows[^1].Print.LastId + 1;
                last = rows.Count == 0 ? last : rows[^1];
            }
            else
            {
                located = wanted;
                var rows = await LocateAsync(attempt, wanted, cancellationToken).ConfigureAwait(false);
                await TakeAsync(attempt, held, rows, cancellationToken).ConfigureAwait(false);
                if (rows.Count == 0)
                {
                    attempt.AskedTo = attempt.CallsLeft > 0 ? long.MaxValue : attempt.AskedTo; // nothing that young is known yet
                    return;
                }

                // Calls may have run out on the way back to it.
                var isBeyond = rows[0].Print.FirstId > wanted && rows[0].AggregateId > 0;
                attempt.AskedTo = isBeyond ? attempt.AskedTo : Math.Max(attempt.AskedTo, rows[^1].Print.LastId + 1);
                last = rows[^1];
            }
        }
    }

    /// <summary>Finds a page that holds, or comes before, a missing trade. The first call is spent already.</summary>
    private async Task<IReadOnlyList<AggregateTrade>> LocateAsync(RepairAttempt attempt, long wanted, CancellationToken cancellationToken)
    {
        // What was found a moment ago may be nearer than the gap's edge.
        var gap = attempt.GapAt(wanted);
        var from = gap.AfterMicros;
        foreach (var print in attempt.Found)
        {
            from = print.LastId < wanted && print.TradeTimeMicros > from ? print.TradeTimeMicros : from;
        }

        var rows = await _history.GetAggregatesByTimeAsync(attempt.Spec, from, null, RowsPerCall, cancellationToken).ConfigureAwait(false);
        if (rows.Count == 0 && attempt.MayCall())
        {
            // Nothing that young, or the edge's time is not the exchange's: look back from the newest before the far edge.
            rows = await _history.GetAggregatesByTimeAsync(attempt.Spec, null, gap.BeforeMicros, RowsPerCall, cancellationToken).ConfigureAwait(false);
        }

        while (rows.Count > 0 && rows[0].Print.FirstId > wanted && rows[0].AggregateId > 0 && attempt.MayCall())
        {
            // An aggregate covers at least one trade, so so many aggregates back is never too far.
            var back = Math.Min(RowsPerCall, rows[0].Print.FirstId - wanted);
            rows = await _history.GetAggregatesFromAsync(attempt.Spec, Math.Max(0, rows[0].AggregateId - back), RowsPerCall, cancellationToken).ConfigureAwait(false);
        }

        return rows;
    }

    private async Task TakeAsync(RepairAttempt attempt, HeldPrints held, IReadOnlyList<AggregateTrade> rows, CancellationToken cancellationToken)
    {
        var found = 0L;
        foreach (var (_, print) in rows)
        {
            var ids = new IdRange(print.FirstId, print.LastId);
            var wanted = attempt.Missing.Within(ids);
            if (wanted.Count == 1 && wanted[0] == ids)
            {
                found += attempt.Take(in print);
            }
            else if (wanted.Count > 1)
            {
                attempt.Uncut(ids, $"the aggregate {ids} covers several holes and cannot be divided among them");
            }
            else if (wanted.Count == 1)
            {
                found += await CutAsync(attempt, held, print, wanted[0], rows[^1].Print.LastId, cancellationToken).ConfigureAwait(false);
            }
        }

        if (found > 0)
        {
            _metrics.OnRepaired("aggregates", found);
        }
    }

    private static async Task<long> CutAsync(
        RepairAttempt attempt, HeldPrints held, Print aggregate, IdRange wanted, long pageEnd, CancellationToken cancellationToken)
    {
        var ids = new IdRange(aggregate.FirstId, aggregate.LastId);
        var prints = await held.ReadAsync(ids, pageEnd, cancellationToken).ConfigureAwait(false);
        var failure = AggregateCut.Try(attempt.Spec, in aggregate, wanted, prints, out var piece);
        if (failure is not null)
        {
            attempt.Uncut(ids, failure);
            return 0;
        }

        return attempt.Take(in piece);
    }
}
