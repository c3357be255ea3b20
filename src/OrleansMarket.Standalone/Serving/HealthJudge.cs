using System.Collections.Concurrent;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Standalone.Serving;

/// <summary>Says how the pipeline does: the worst of its stages. A quiet market is well; silence beyond a symbol's own rate is not.</summary>
internal sealed class HealthJudge(EngineRouter router, ITradeFeed feed, PipelineStats stats, IDeadLetterStore letters, TimeProvider clock)
{
    private static readonly TimeSpan OldGap = TimeSpan.FromMinutes(5);

    /// <summary>Gets the parts whose state counts, by name; each says what is wrong, or <see langword="null"/>.</summary>
    public ConcurrentDictionary<string, Func<string?>> Parts { get; } = new();

    public async Task<PipelineHealth> JudgeAsync(IReadOnlyList<SymbolOverview> symbols, CancellationToken cancellationToken)
    {
        var gaps = (await Task.WhenAll(router.Lanes.Select(lane => lane.AskAsync(session => session.OpenGaps(), cancellationToken)))).SelectMany(views => views).ToArray();
        var parts = Parts.ToDictionary(part => part.Key, part => part.Value());
        var stale = symbols.Where(line => line.IsStale).Select(line => line.Symbol).ToArray();
        var status = feed.Status;
        var started = symbols.Any(line => line.LastPrice is not null);
        var reasons = new List<string>();
        if (!status.Connected && started)
        {
            reasons.Add($"the feed is not connected ({status.Connections} of {status.Planned} connections){(status.LastError is { } error ? $": {error}" : "")}");
        }

        if (stale.Length > 0)
        {
            reasons.Add($"no trades for longer than usual: {string.Join(", ", stale)}");
        }

        reasons.AddRange(router.Lanes.Where(lane => lane.Failure is not null).Select(lane => $"the engine of {lane.Spec.Symbol} failed: {lane.Failure}; restart the product"));
        var old = gaps.Count(gap => gap.State is GapState.Open or GapState.GivenUp && clock.GetUtcNow() - gap.Opened > OldGap);
        if (old > 0)
        {
            reasons.Add($"{old} gaps have been open for more than {OldGap.TotalMinutes} minutes");
        }

        reasons.AddRange(parts.Where(part => part.Value is not null).Select(part => $"{part.Key}: {part.Value}"));
        return new PipelineHealth
        {
            Status = reasons.Count > 0 ? HealthStatus.Degraded : started ? HealthStatus.Ok : HealthStatus.Starting,
            Reasons = reasons,
            Source = feed.Source,
            Feed = status,
            Produced = stats.Produced,
            DeadLetters = stats.DeadLetters,
            DeadLettersKept = (await letters.CountAsync(cancellationToken)).Values.Sum(),
            LastTradeAgeMs = symbols.Min(line => line.LastTradeAgeMs),
            StaleSymbols = stale,
            OpenGaps = gaps.Length,
            MissingIds = symbols.Sum(line => line.MissingIds),
            TradesPerSecond = stats.Trades.PerSecond(stats.NowMicros),
            Backlog = router.Lanes.Select(lane => lane.Partition).Distinct().Sum(partition => partition.Backlog),
            BacklogLimit = router.Lanes.Select(lane => lane.Partition).Distinct().Count() * (long)Partition.Capacity,
            Latency = stats.Describe(),
            Parts = parts,
        };
    }
}
