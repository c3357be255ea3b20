using OrleansMarket.Domain;
using OrleansMarket.Domain.Market;

namespace OrleansMarket.Sinks.Influx;

/// <summary>The measurement <c>pipeline</c>.</summary>
internal static class PipelineSeries
{
    private static readonly (string Name, string Meaning)[] Stages =
    [
        ("exchange", "from the exchange's send to our socket"),
        ("queue", "from our socket to the engine"),
        ("total", "from the exchange's send to the engine"),
        ("engine", "in the engine"),
        ("store", "of a commit"),
        ("alert", "from the engine's decision to the delivery of an alert"),
    ];

    public static SeriesMeasurement<Sample> Measurement { get; } =
        new SeriesMeasurement<Sample>.Builder("pipeline", "How the product does as a whole, once per sampling period.")
            .Tag("feed", "live, simulated or replay", s => s.Origin.FeedName)
            .Text("status", "ok, degraded or starting", s => WireName.Of(s.Health.Status))
            .Boolean("ok", "The status is ok", s => s.Health.Status == HealthStatus.Ok)
            .Text("reasons", "Why it is not ok; empty when it is", s => string.Join("; ", s.Health.Reasons))
            .Boolean("connected", "Every planned connection is up", s => s.Health.Feed.Connected)
            .Integer("connections", "{connection}", "Connections that are up", s => s.Health.Feed.Connections)
            .Integer("reconnects", "{connection}", "Reconnections since start", s => s.Health.Feed.Reconnects)
            .Integer("trades", "{trade}", "Trades taken since start", s => s.Health.Produced)
            .Float("trades_per_second", "{trade}/s", "Rate over the last 10 s", s => s.Health.TradesPerSecond)
            .Integer("dead_letters", "{letter}", "Dead letters since start", s => s.Health.DeadLetters)
            .Integer("dead_letters_kept", "{letter}", "Dead letters now kept", s => s.Health.DeadLettersKept)
            .OptionalFloat("last_trade_age", "s", "Age of the newest trade of any symbol", s => s.Health.LastTradeAgeMs / 1_000d)
            .Integer("stale_symbols", "{symbol}", "Symbols whose data is stale", s => s.Health.StaleSymbols.Count)
            .Integer("open_gaps", "{gap}", "Gaps now open", s => s.Health.OpenGaps)
            .Integer("missing_ids", "{trade}", "Trade ids now missing", s => s.Health.MissingIds)
            .Integer("backlog", "{trade}", "Prints read but not yet in the engine", s => s.Health.Backlog)
            .Integer("backlog_limit", "{trade}", "Prints that may wait before the feed has to", s => s.Health.BacklogLimit)
            .OptionalFloat("clock_offset", "s", "The exchange's clock minus ours", s => s.Health.Feed.ClockOffsetMicros / 1_000_000d)
            .Each(Stages, (columns, stage) => columns
                .OptionalFloat($"latency_{stage.Name}_p50", "s", $"Median time {stage.Meaning}, over the last minute", s => s.Latency(stage.Name)?.P50 / 1_000)
                .OptionalFloat($"latency_{stage.Name}_p95", "s", "95 % of them are below", s => s.Latency(stage.Name)?.P95 / 1_000)
                .OptionalFloat($"latency_{stage.Name}_p99", "s", "99 % of them are below", s => s.Latency(stage.Name)?.P99 / 1_000)
                .OptionalFloat($"latency_{stage.Name}_max", "s", "The longest", s => s.Latency(stage.Name)?.Max / 1_000))
            .Build("Our clock, cut to the sampling period", s => SeriesTime.Sampled(s.Now, s.Period));

    /// <summary>What a point is made from.</summary>
    internal readonly record struct Sample(SeriesOrigin Origin, PipelineHealth Health, DateTimeOffset Now, TimeSpan Period)
    {
        public StageLatency? Latency(string stage) => Health.Latency.FirstOrDefault(latency => latency.Stage == stage && latency.Count > 0);
    }
}
