using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Repair;

/// <summary>
/// Finds the trades of a symbol's gaps: (1) among the newest individual trades; (2) by trade id where the exchange serves that; (3) else from aggregates,
/// located by time and paged by their own ids. Gaps that are near each other share calls.
/// </summary>
/// <remarks>
/// One attempt makes a bounded number of calls, the oldest gaps first; what they do not reach is closed piece by piece over several attempts. What the
/// exchange's database does not know yet stays missing with a time to ask again. An aggregate that reaches beyond a gap is cut by the prints already held;
/// where those are gone the ids stay missing and the reason says so.
/// </remarks>
public sealed partial class GapRepairPlanner : IGapRepairer
{
    private const int RowsPerCall = 1_000;
    private const int CallsPerAttempt = 20;

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
    public async Task<GapRepair> RepairAsync(SymbolSpec spec, IReadOnlyList<Gap> gaps, long nextId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(gaps);
        var attempt = new RepairAttempt(spec, gaps, CallsPerAttempt);
        try
        {
            if (attempt.Missing.FirstFrom(nextId - RowsPerCall) is not null)
            {
                await FromNewestAsync(attempt, cancellationToken).ConfigureAwait(false);
            }

            if (_history.ServesHistoricalTrades)
            {
                await FromHistoryAsync(attempt, cancellationToken).ConfigureAwait(false);
            }

            if (!_history.ServesHistoricalTrades)
            {
                await FromAggregatesAsync(attempt, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ExchangeUnavailableException exception)
        {
            attempt.Refusal = exception;
        }

        _metrics.OnRepair(attempt.Missing.IsEmpty ? "complete" : attempt.Refusal is null ? "partial" : "deferred");
        return new GapRepair(attempt.Sorted(), [.. attempt.Gaps.Select(gap => Conclude(attempt, gap))], attempt.Refusal?.Message);
    }

    private GapOutcome Conclude(RepairAttempt attempt, Gap gap)
    {
        var remaining = attempt.Missing.Within(gap.Missing);
        if (remaining.Count == 0)
        {
            return new GapOutcome(gap, [], null, null);
        }

        if (remaining[^1].Last >= attempt.AskedTo)
        {
            return attempt.Refusal is { } refusal
                ? new GapOutcome(gap, remaining, refusal.RetryAfter ?? AskAgainLater, refusal.Message)
                : new GapOutcome(gap, remaining, AskForMore, "much is missing; the next piece follows");
        }

        if (remaining.All(ids => attempt.WhyUncut(ids) is not null))
        {
            return new GapOutcome(gap, remaining, AskAgainUncut, attempt.WhyUncut(remaining[0]));
        }

        var age = TimeSpan.FromMicroseconds(Micros.From(_clock.GetUtcNow()) - (double)gap.BeforeMicros);
        return new GapOutcome(gap, remaining, age < LagExpected ? AskAgainSoon : AskAgainLater, "the exchange does not know these trades yet");
    }

    private async Task FromNewestAsync(RepairAttempt attempt, CancellationToken cancellationToken)
    {
        attempt.MayCall();
        Take(attempt, "trades", await _history.GetNewestTradesAsync(attempt.Spec, RowsPerCall, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A page of so many ids from the first missing one on, then from the first missing one after it: no other pages are fewer.</summary>
    private async Task FromHistoryAsync(RepairAttempt attempt, CancellationToken cancellationToken)
    {
        while (attempt.NextMissing is { } from && attempt.MayCall())
        {
            var limit = (int)(attempt.Missing.LastUpTo(from + RowsPerCall - 1)!.Value - from + 1);
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
            attempt.AskedTo = rows.Count < limit ? long.MaxValue : Math.Max(rows[^1].LastId, from + limit - 1) + 1; // fewer are all that is known
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
