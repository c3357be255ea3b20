using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Feeds.Repair;

/// <summary>
/// When the gaps of one symbol are asked for. A fresh gap waits for a moment; a symbol that loses trades all the time waits for longer, so that its gaps share
/// requests; what was tried in vain waits for as long as the repairer said.
/// </summary>
internal sealed class RepairSchedule
{
    // Prints of an overlapping connection, or merely reordered ones, close most gaps by themselves.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    // What was tried before and is due so soon comes along with what is due now.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly Dictionary<IdRange, (DateTimeOffset Time, bool Tried)> _due = [];
    private TimeSpan _pause = ShortestPause;
    private DateTimeOffset _lastFresh;

    /// <summary>Gets when the exchange last answered for this symbol.</summary>
    public DateTimeOffset Served { get; private set; }

    /// <summary>Gets why the exchange could not be asked the last time; <see langword="null"/> when it could, or nothing is missing any more.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Takes over what is missing now and answers what is due, by id; nothing, when nothing is.</summary>
    public IReadOnlyList<Gap> Due(IReadOnlyList<Gap> gaps, DateTimeOffset now)
    {
        if (gaps.Count == 0)
        {
            _due.Clear();
            Refusal = null;
            return [];
        }

        var open = gaps.Select(gap => gap.Missing).ToHashSet();
        foreach (var closed in _due.Keys.Where(ids => !open.Contains(ids)).ToArray())
        {
            _due.Remove(closed);
        }

        var fresh = Later(now + Patience, _lastFresh + _pause);
        foreach (var ids in open)
        {
            _due.TryAdd(ids, (fresh, false));
        }

        return _due.Values.Any(due => due.Time <= now) ? [.. gaps.Where(gap => _due[gap.Missing] is var due && due.Time <= (due.Tried ? now + Soon : now))] : [];
    }

    /// <summary>An attempt is over.</summary>
    /// <param name="repair">What came of it.</param>
    /// <param name="begun">When it began.</param>
    /// <param name="now">Now.</param>
    public void OnAttempt(GapRepair repair, DateTimeOffset begun, DateTimeOffset now)
    {
        if (repair.Outcomes.Any(outcome => _due.TryGetValue(outcome.Gap.Missing, out var due) && !due.Tried))
        {
            var doubled = 2 * _pause;
            _pause = begun - _lastFresh > doubled ? ShortestPause : doubled < LongestPause ? doubled : LongestPause;
            _lastFresh = begun;
        }

        foreach (var outcome in repair.Outcomes)
        {
            _due.Remove(outcome.Gap.Missing);
            foreach (var ids in outcome.Remaining)
            {
                _due[ids] = (now + (outcome.RetryAfter ?? AfterFailure), true);
            }
        }

        Refusal = repair.Refusal;
        Served = Refusal is null || repair.Prints.Count > 0 ? now : Served;
    }

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
