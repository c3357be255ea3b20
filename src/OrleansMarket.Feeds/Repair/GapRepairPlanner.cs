using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Repair;

/// <summary>
/// Finds the trades of a hole: (1) among the newest individual trades; (2) by trade id where the exchange serves that; (3) else from aggregates, located
/// by time and paged by their own ids.
/// </summary>
/// <remarks>
/// One attempt makes a bounded number of calls; a large hole is closed piece by piece over several. What the exchange's database does not know yet stays missing with a time to ask again.
/// An aggregate that reaches beyond the hole is cut by the prints already held; where those are gone the ids stay missing and the reason says so.
/// </remarks>
public sealed partial class GapRepairPlanner : IGapRepairer
{
    private const int RowsPerCall = 1_000;
    private const int CallsPerAttempt = 20;
    private const int MostHeldPrints = 100_000;

    // Younger holes are likely among the newest trades, which do not lag.
    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);
    private static readonly TimeSpan AskForMore = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AskAgainSoon = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AskAgainLater = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskAgainUncut = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LagExpected = TimeSpan.FromMinutes(2);

    private readonly ITradeHistory _history;
    private readonly ITradeLog? _log;
    private readonly TimeProvider _clock;
    private readonly FeedInstruments _metrics;

    /// <summary>Builds a planner.</summary>
    /// <param name="history">The exchange's past trades.</param>
    /// <param name="log">The prints held, to cut aggregates by; <see langword="null"/> when none are kept.</param>
    /// <param name="clock">The time.</param>
    /// <param name="metrics">Counts repairs.</param>
    public GapRepairPlanner(ITradeHistory history, ITradeLog? log, TimeProvider clock, FeedInstruments metrics)
    {
        _history = history ?? throw new ArgumentNullException(nameof(history));
        _log = log;
        _clock = clock ?? throw new ArgumentNullException(nameof(clock));
        _metrics = metrics ?? throw new ArgumentNullException(nameof(metrics));
    }

    /// <inheritdoc/>
    public async Task<GapRepair> RepairAsync(SymbolSpec spec, Gap gap, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var attempt = new RepairAttempt(spec, gap) { CallsLeft = CallsPerAttempt };
        TimeSpan? asked = null;
        try
        {
            if (IsRecent(gap) || (!_history.ServesHistoricalTrades && spec.CutsQuote))
            {
                await FromNewestAsync(attempt, cancellationToken).ConfigureAwait(false);
            }

            if (_history.ServesHistoricalTrades)
            {
                await FromHistoryAsync(attempt, cancellationToken).ConfigureAwait(false);
            }

            if (!attempt.Missing.IsEmpty && !_history.ServesHistoricalTrades)
            {
                await FromAggregatesAsync(attempt, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ExchangeUnavailableException exception)
        {
            attempt.Note(exception.Message);
            asked = exception.RetryAfter ?? AskAgainLater;
        }

        return Conclude(attempt, asked);
    }

    private GapRepair Conclude(RepairAttempt attempt, TimeSpan? asked)
    {
        var missing = attempt.Missing;
        if (missing.IsEmpty)
        {
            _metrics.OnRepair("complete");
            return new GapRepair(attempt.Sorted(), [], null, null);
        }

        if (attempt.Reason is null)
        {
            attempt.Note(attempt.CallsLeft <= 0 ? "the hole is large; the next piece follows" : "the exchange does not know these trades yet");
        }

        var retry = asked
            ?? (attempt.CallsLeft <= 0 && attempt.Found.Count > 0 ? AskForMore
            : attempt.HasUncut ? AskAgainUncut
            : Age(attempt.Gap) < LagExpected ? AskAgainSoon
            : AskAgainLater);
        _metrics.OnRepair(asked is not null ? "deferred" : "partial");
        return new GapRepair(attempt.Sorted(), missing.Ranges, retry, attempt.Reason);
    }

    private bool IsRecent(Gap gap) => Age(gap) < Recent;

    private TimeSpan Age(Gap gap) => TimeSpan.FromMicroseconds(Micros.From(_clock.GetUtcNow()) - (double)gap.BeforeMicros);

    private async Task FromNewestAsync(RepairAttempt attempt, CancellationToken cancellationToken)
    {
        attempt.CallsLeft--;
        Take(attempt, "trades", await _history.GetNewestTradesAsync(attempt.Spec, RowsPerCall, cancellationToken).ConfigureAwait(false));
    }

    private async Task FromHistoryAsync(RepairAttempt attempt, CancellationToken cancellationToken)
    {
        var missing = attempt.Missing;
        var from = missing.IsEmpty ? 0 : missing.First;
        while (!missing.IsEmpty && attempt.CallsLeft-- > 0)
        {
            var limit = (int)Math.Min(RowsPerCall, missing.Last - from + 1);
            IReadOnlyList<Print> rows;
            try
            {
                rows = await _history.GetTradesFromAsync(attempt.Spec, from, limit, cancellationToken).ConfigureAwait(false);
            }
            catch (ExchangeUnavailableException) when (!_history.ServesHistoricalTrades)
            {
                return; // another host has taken over, which does not serve this: on to the aggregates
            }

            Take(attempt, "historical-trades", rows);
            if (rows.Count < limit || missing.IsEmpty || rows[^1].LastId >= missing.Last)
            {
                return; // all there is, or all that is known yet
            }

            from = Math.Max(rows[^1].LastId + 1, missing.First);
        }
    }

    private void Take(RepairAttempt attempt, string method, IReadOnlyList<Print> prints)
    {
        var found = 0L;
        foreach (var print in prints)
        {
            found += attempt.Take(in print);
        }

        if (found > 0)
        {
            _metrics.OnRepaired(method, found);
        }
    }
}
