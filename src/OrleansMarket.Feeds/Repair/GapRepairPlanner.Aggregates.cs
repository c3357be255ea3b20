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
        var rows = await LocateAsync(attempt, cancellationToken).ConfigureAwait(false);
        while (rows.Count > 0 && !attempt.Missing.IsEmpty)
        {
            await TakeAsync(attempt, rows, cancellationToken).ConfigureAwait(false);
            var last = rows[^1];
            if (attempt.Missing.IsEmpty || last.Print.LastId >= attempt.Missing.Last || attempt.CallsLeft-- <= 0)
            {
                return;
            }

            rows = await _history.GetAggregatesFromAsync(attempt.Spec, last.AggregateId + 1, RowsPerCall, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Finds a page that holds, or comes before, the first missing trade.</summary>
    private async Task<IReadOnlyList<AggregateTrade>> LocateAsync(RepairAttempt attempt, CancellationToken cancellationToken)
    {
        // What was found a moment ago is nearer than the hole's edge.
        var wanted = attempt.Missing.First;
        var from = attempt.Gap.AfterMicros;
        foreach (var print in attempt.Found)
        {
            from = print.LastId < wanted && print.TradeTimeMicros > from ? print.TradeTimeMicros : from;
        }

        attempt.CallsLeft--;
        var rows = await _history.GetAggregatesByTimeAsync(attempt.Spec, from, null, RowsPerCall, cancellationToken).ConfigureAwait(false);
        if (rows.Count == 0)
        {
            // Nothing that young, or the edge's time is not the exchange's: look back from the newest before the far edge.
            attempt.CallsLeft--;
            rows = await _history.GetAggregatesByTimeAsync(attempt.Spec, null, attempt.Gap.BeforeMicros, RowsPerCall, cancellationToken).ConfigureAwait(false);
        }

        while (rows.Count > 0 && rows[0].Print.FirstId > wanted && rows[0].AggregateId > 0 && attempt.CallsLeft-- > 0)
        {
            // An aggregate covers at least one trade, so so many aggregates back is never too far.
            var back = Math.Min(RowsPerCall, rows[0].Print.FirstId - wanted);
            rows = await _history.GetAggregatesFromAsync(attempt.Spec, Math.Max(0, rows[0].AggregateId - back), RowsPerCall, cancellationToken).ConfigureAwait(false);
        }

        return rows;
    }

    private async Task TakeAsync(RepairAttempt attempt, IReadOnlyList<AggregateTrade> rows, CancellationToken cancellationToken)
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
                attempt.Note($"the aggregate {ids} covers several holes and cannot be divided among them", uncut: true);
            }
            else if (wanted.Count == 1)
            {
                found += await CutAsync(attempt, print, wanted[0], cancellationToken).ConfigureAwait(false);
            }
        }

        if (found > 0)
        {
            _metrics.OnRepaired("aggregates", found);
        }
    }

    private async Task<long> CutAsync(RepairAttempt attempt, Print aggregate, IdRange wanted, CancellationToken cancellationToken)
    {
        var ids = new IdRange(aggregate.FirstId, aggregate.LastId);
        var held = _log is null
            ? []
            : await _log.ReadByIdAsync(attempt.Spec, ids, MostHeldPrints, cancellationToken).ConfigureAwait(false);
        var prints = held.Select(received => received.Print)
            .Concat(attempt.Found.Where(print => print.FirstId <= ids.Last && print.LastId >= ids.First))
            .DistinctBy(print => print.FirstId)
            .OrderBy(print => print.FirstId);
        var failure = AggregateCut.Try(attempt.Spec, in aggregate, wanted, prints, out var piece);
        if (failure is not null)
        {
            attempt.Note(failure, uncut: true);
            return 0;
        }

        return attempt.Take(in piece);
    }
}
