using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Market;

/// <summary>Says how the pipeline does: the worst of its stages. A quiet market is well; silence beyond a symbol's own rate is not.</summary>
public static class HealthJudge
{
    private static readonly TimeSpan OldGap = TimeSpan.FromMinutes(5);

    /// <summary>Judges what engines and pipeline say of themselves.</summary>
    /// <param name="source">What feeds the product.</param>
    /// <param name="engines">One report per followed symbol.</param>
    /// <param name="pipeline">The pipeline's state.</param>
    /// <param name="lettersKept">Dead letters now kept.</param>
    /// <param name="now">Our clock.</param>
    public static PipelineHealth Judge(
        FeedSource source, IReadOnlyList<EngineReport> engines, PipelineState pipeline, long lettersKept, DateTimeOffset now)
    {
        var symbols = engines.Select(engine => engine.Overview).ToArray();
        var gaps = engines.SelectMany(engine => engine.OpenGaps).ToArray();
        var stale = symbols.Where(line => line.IsStale).Select(line => line.Symbol).ToArray();
        var status = pipeline.Feed;
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

        reasons.AddRange(engines.Where(engine => engine.Failure is not null)
            .Select(engine => $"the engine of {engine.Overview.Symbol} failed: {engine.Failure}; restart the product"));
        var old = gaps.Count(gap => gap.State is GapState.Open or GapState.GivenUp && now - gap.Opened > OldGap);
        if (old > 0)
        {
            reasons.Add($"{old} gaps have been open for more than {OldGap.TotalMinutes} minutes");
        }

        reasons.AddRange(pipeline.Parts.Where(part => part.Value is not null).Select(part => $"{part.Key}: {part.Value}"));
        return new PipelineHealth
        {
            Status = reasons.Count > 0 ? HealthStatus.Degraded : started ? HealthStatus.Ok : HealthStatus.Starting,
            Reasons = reasons,
            Source = source,
            Feed = status,
            Produced = pipeline.Produced,
            DeadLetters = pipeline.DeadLetters,
            DeadLettersKept = lettersKept,
            LastTradeAgeMs = symbols.Min(line => line.LastTradeAgeMs),
            StaleSymbols = stale,
            OpenGaps = gaps.Length,
            MissingIds = symbols.Sum(line => line.MissingIds),
            TradesPerSecond = pipeline.TradesPerSecond,
            Backlog = pipeline.Backlog,
            BacklogLimit = pipeline.BacklogLimit,
            Latency = pipeline.Latency,
            Parts = pipeline.Parts,
        };
    }
}
