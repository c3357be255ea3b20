using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Repair;

/// <summary>Looks for gaps in every engine and has them repaired: all that are due of one symbol together, a few symbols at a time, those first that waited longest.</summary>
public sealed partial class RepairLoop(IEngines engines, IGapRepairer repairer, TimeProvider clock, ILogger<RepairLoop> logger, JobLog jobs)
{
    private const int Parallel = 4;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<Symbol, RepairSchedule> _schedules = [];
    private volatile string? _error;

    /// <summary>Gets why the exchange cannot be asked for what is missing, or <see langword="null"/> when it can.</summary>
    public string? Error => _error;

    /// <summary>Repairs until cancelled; then it says nothing more, for another silo may repair.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await jobs.RepeatAsync("repair", Period, clock, async outcome =>
            {
                await RepairDueAsync(cancellationToken);
                outcome.Fail(Error);
            }, cancellationToken);
        }
        finally
        {
            _error = null;
        }
    }

    /// <summary>Repairs the gaps that are due now.</summary>
    public async Task RepairDueAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var due = new List<Attempt>();
        foreach (var spec in engines.Symbols)
        {
            var progress = await engines.GetProgressAsync(spec.Symbol, cancellationToken);
            if (!_schedules.TryGetValue(spec.Symbol, out var schedule))
            {
                _schedules.Add(spec.Symbol, schedule = new RepairSchedule());
            }

            if (schedule.Due(progress.Gaps, now) is { Count: > 0 } gaps)
            {
                due.Add(new Attempt(spec, schedule, gaps, progress.NextId));
            }
        }

        // Where the request budget does not suffice for all, it goes round.
        foreach (var group in due.OrderBy(attempt => attempt.Schedule.Served).Chunk(Parallel))
        {
            await Task.WhenAll(group.Select(attempt => RepairAsync(attempt, cancellationToken)));
        }

        _error = _schedules.Values.Select(schedule => schedule.Refusal).FirstOrDefault(refusal => refusal is not null);
    }

    private async Task RepairAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        var begun = clock.GetUtcNow();
        var repair = await repairer.RepairAsync(attempt.Spec, attempt.Gaps, attempt.NextId, cancellationToken);
        await engines.ApplyRepairAsync(attempt.Spec.Symbol, repair, cancellationToken);
        attempt.Schedule.OnAttempt(repair, begun, clock.GetUtcNow());
        Log(attempt, repair);
    }

    private void Log(Attempt attempt, GapRepair repair)
    {
        var (symbol, ids) = (attempt.Spec.Symbol, new IdRange(attempt.Gaps[0].Missing.First, attempt.Gaps[^1].Missing.Last));
        var found = repair.Prints.Sum(print => print.TradeCount);
        var open = repair.Outcomes.Where(outcome => outcome.Remaining.Count > 0).ToArray();
        if (open.Length == 0)
        {
            LogRepaired(logger, symbol, attempt.Gaps.Count, ids, found);
            return;
        }

        var missing = open.Sum(outcome => outcome.Remaining.Sum(range => range.Count));
        LogIncomplete(logger, symbol, attempt.Gaps.Count, ids, found, missing, open.Length, open[0].Reason ?? "asked again later");
    }

    private sealed record Attempt(SymbolSpec Spec, RepairSchedule Schedule, IReadOnlyList<Gap> Gaps, long NextId);

    [LoggerMessage(EventId = 1201, Level = LogLevel.Information, Message = "Repaired {Symbol}, {Gaps} gaps in {Ids}: {Found} trades found")]
    private static partial void LogRepaired(ILogger logger, Symbol symbol, int gaps, IdRange ids, long found);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Warning,
        Message = "Repair of {Symbol}, {Gaps} gaps in {Ids}: {Found} trades found, {Missing} still missing in {Open} of the gaps: {Reason}")]
    private static partial void LogIncomplete(ILogger logger, Symbol symbol, int gaps, IdRange ids, long found, long missing, int open, string reason);
}
