using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Repair;

/// <summary>The prints held of what one attempt cuts: those it found itself, and those of the raw log, read a stretch at a time.</summary>
internal sealed class HeldPrints(ITradeLog? log, RepairAttempt attempt)
{
    // The log repeats what the stream repeated.
    private const int MostPrints = 100_000;
    private const int Stretch = MostPrints / 2;

    private IdRange _read = new(0, -1);
    private Print[] _prints = [];

    /// <summary>The prints that touch some ids, by id.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="upTo">The last id that will be asked for, so that it is read along if it is near.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IEnumerable<Print>> ReadAsync(IdRange ids, long upTo, CancellationToken cancellationToken)
    {
        if (log is not null && !_read.Contains(ids))
        {
            _read = ids with { Last = Math.Max(ids.Last, Math.Min(upTo, ids.First + Stretch)) };
            var received = await log.ReadByIdAsync(attempt.Spec, _read, MostPrints, cancellationToken).ConfigureAwait(false);
            _prints = [.. received.Select(held => held.Print)];
        }

        return _prints.Concat(attempt.Found)
            .Where(print => print.FirstId <= ids.Last && print.LastId >= ids.First)
            .DistinctBy(print => print.FirstId)
            .OrderBy(print => print.FirstId);
    }
}
