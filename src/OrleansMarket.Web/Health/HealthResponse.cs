using System.Text.Json.Serialization;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Health;

/// <summary>The health in the names that monitoring scripts know; the only answer in snake case.</summary>
public sealed record HealthResponse
{
    /// <summary>Gets ok, degraded or starting.</summary>
    [JsonPropertyName("status")]
    public required HealthStatus Status { get; init; }

    /// <summary>Gets why the status is not ok; empty when it is.</summary>
    [JsonPropertyName("reasons")]
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>Gets trades taken since start.</summary>
    [JsonPropertyName("produced")]
    public required long Produced { get; init; }

    /// <summary>Gets dead letters since start.</summary>
    [JsonPropertyName("dlq")]
    public required long Dlq { get; init; }

    /// <summary>Gets dead letters now kept.</summary>
    [JsonPropertyName("dlq_kept")]
    public required long DlqKept { get; init; }

    /// <summary>Gets whether every planned connection to the source is up.</summary>
    [JsonPropertyName("ws_connected")]
    public required bool WsConnected { get; init; }

    /// <summary>Gets the age of the newest trade of any symbol, ms; null before the first.</summary>
    [JsonPropertyName("last_trade_age_ms")]
    public long? LastTradeAgeMs { get; init; }

    /// <summary>Gets gaps now open.</summary>
    [JsonPropertyName("gaps")]
    public required int Gaps { get; init; }

    /// <summary>Gets trade ids now missing.</summary>
    [JsonPropertyName("missing_ids")]
    public required long MissingIds { get; init; }

    /// <summary>Gets trades per second over the last 10 s.</summary>
    [JsonPropertyName("trades_per_second")]
    public required double TradesPerSecond { get; init; }

    /// <summary>Gets prints read but not yet in the engine.</summary>
    [JsonPropertyName("backlog")]
    public required long Backlog { get; init; }

    /// <summary>Gets symbols whose data is older than their own rate of trades explains.</summary>
    [JsonPropertyName("stale_symbols")]
    public required IReadOnlyList<Symbol> StaleSymbols { get; init; }

    /// <summary>Gets live, simulated or replay.</summary>
    [JsonPropertyName("source")]
    public required FeedKind Source { get; init; }

    /// <summary>Gets the source's host or file.</summary>
    [JsonPropertyName("source_name")]
    public required string SourceName { get; init; }

    /// <summary>Gets reconnections since start.</summary>
    [JsonPropertyName("reconnects")]
    public required long Reconnects { get; init; }

    /// <summary>Gets what is wrong with each store and output by name; null for those that are well.</summary>
    [JsonPropertyName("parts")]
    public required IReadOnlyDictionary<string, string?> Parts { get; init; }

    internal static HealthResponse From(PipelineHealth health) => new()
    {
        Status = health.Status,
        Reasons = health.Reasons,
        Produced = health.Produced,
        Dlq = health.DeadLetters,
        DlqKept = health.DeadLettersKept,
        WsConnected = health.Feed.Connected,
        LastTradeAgeMs = health.LastTradeAgeMs,
        Gaps = health.OpenGaps,
        MissingIds = health.MissingIds,
        TradesPerSecond = health.TradesPerSecond,
        Backlog = health.Backlog,
        StaleSymbols = health.StaleSymbols,
        Source = health.Source.Kind,
        SourceName = health.Source.Name ?? "",
        Reconnects = health.Feed.Reconnects,
        Parts = health.Parts,
    };
}

/// <summary>A probe's answer.</summary>
/// <param name="Status">ok, or not-ready.</param>
/// <param name="Reason">Why it is not ready; null when it is.</param>
public sealed record ProbeResponse(string Status, string? Reason);
