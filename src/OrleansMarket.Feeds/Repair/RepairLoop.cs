using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Repair;

/// <summary>Looks for gaps in every engine and has them repaired, a few at a time, each again when its repairer says so.</summary>
public sealed partial class RepairLoop(IEngines engines, IGapRepairer repairer, TimeProvider clock, ILogger<RepairLoop> logger, JobLog jobs)
{
    private const int Parallel = 4;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    // Prints of an overlapping connection, or merely reordered ones, close most gaps by themselves.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    private readonly Dictionary<(Symbol Symbol, IdRange Missing), DateTimeOffset> _due = [];

    /// <summary>Gets why the last repair failed, or <see langword="null"/> when it did not.</summary>
    public string? Error { get; private set; }

    /// <summary>Repairs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => jobs.RepeatAsync("repair", Period, clock, async outcome =>
    {
        await RepairDueAsync(cancellationToken);
        outcome.Fail(Error);
    }, cancellationToken);

    /// <summary>Repairs the gaps that are due now.</summary>
    public async Task RepairDueAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var found = new List<(SymbolSpec Spec, Gap Gap)>();
        foreach (var spec in engines.Symbols)
        {
            var progress = await engines.GetProgressAsync(spec.Symbol, cancellationToken);
            found.AddRange(progress.Gaps.Select(gap => (spec, gap)));
        }

        var open = found.Select(pair => (pair.Spec.Symbol, pair.Gap.Missing)).ToHashSet();
        foreach (var gone in _due.Keys.Where(key => !open.Contains(key)).ToArray())
        {
            _due.Remove(gone);
        }

        foreach (var (spec, gap) in found)
        {
            _due.TryAdd((spec.Symbol, gap.Missing), now + Patience);
        }

        var due = found.Where(pair => _due[(pair.Spec.Symbol, pair.Gap.Missing)] <= now).ToArray();
        foreach (var group in due.Chunk(Parallel))
        {
            var next = await Task.WhenAll(group.Select(pair => RepairAsync(pair.Spec, pair.Gap, cancellationToken)));
            foreach (var ((spec, gap), time) in group.Zip(next))
            {
                _due[(spec.Symbol, gap.Missing)] = time;
            }
        }
    }

    /// <returns>When the gap is due again.</returns>
    private async Task<DateTimeOffset> RepairAsync(SymbolSpec spec, Gap gap, CancellationToken cancellationToken)
    {
        try
        {
            var repair = await repairer.RepairAsync(spec, gap, cancellationToken);
            await engines.ApplyRepairAsync(spec.Symbol, gap, repair, cancellationToken);
            Error = null;
            var (found, remaining) = (repair.Prints.Sum(print => print.TradeCount), repair.Remaining.Sum(range => range.Count));
            if (remaining == 0)
            {
                LogRepaired(logger, spec.Symbol, gap.Missing, found);
            }
            else
            {
                LogIncomplete(logger, spec.Symbol, gap.Missing, found, remaining, repair.Reason ?? "asked again later");
            }

            return clock.GetUtcNow() + (repair.RetryAfter ?? AfterFailure);
        }
        catch (ExchangeUnavailableException exception)
        {
            Error = exception.Message;
            var after = exception.RetryAfter ?? AfterFailure;
            await engines.ApplyRepairAsync(spec.Symbol, gap, new GapRepair([], [gap.Missing], after, exception.Message), cancellationToken);
            LogUnavailable(logger, spec.Symbol, gap.Missing, exception.Message);
            return clock.GetUtcNow() + after;
        }
    }

    [LoggerMessage(EventId = 1201, Level = LogLevel.Information, Message = "Repaired {Symbol} {Missing}: {Found} trades found")]
    private static partial void LogRepaired(ILogger logger, Symbol symbol, IdRange missing, long found);

    [LoggerMessage(EventId = 1203, Level = LogLevel.Warning, Message = "Repair of {Symbol} {Missing}: {Found} trades found, {Remaining} still missing: {Reason}")]
    private static partial void LogIncomplete(ILogger logger, Symbol symbol, IdRange missing, long found, long remaining, string reason);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Warning, Message = "Repair of {Symbol} {Missing} has to wait: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, Symbol symbol, IdRange missing, string reason);
}
