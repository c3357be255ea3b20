using System.Text.Json.Serialization;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Alerts;

/// <summary>A page of alerts, newest first.</summary>
public sealed record AlertsResponse
{
    /// <summary>Gets what the figures come from: live, simulated or a replay.</summary>
    public required FeedSource Source { get; init; }

    /// <summary>Gets the alerts.</summary>
    public required IReadOnlyList<AlertView> Alerts { get; init; }

    /// <summary>Gets the `before` of the next page, or null at the end.</summary>
    public string? Next { get; init; }
}

/// <summary>All alert rules.</summary>
/// <param name="Rules">The rules.</param>
public sealed record AlertRulesResponse(IReadOnlyList<AlertRuleView> Rules);

/// <summary>An alert rule as it is stored.</summary>
public sealed record AlertRuleView
{
    /// <summary>Gets the id: kebab case, 1 to 64 characters.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the version; rises by one with every change.</summary>
    public required int Version { get; init; }

    /// <summary>Gets the name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the symbols watched; empty means all.</summary>
    public required IReadOnlyList<Symbol> Symbols { get; init; }

    /// <summary>Gets what is watched.</summary>
    public required Signal Signal { get; init; }

    /// <summary>Gets on which side of the threshold it fires.</summary>
    public required AlertDirection Direction { get; init; }

    /// <summary>Gets the threshold at which the condition begins to hold, in the signal's unit.</summary>
    public required double Enter { get; init; }

    /// <summary>Gets the threshold at which it ends; null means the enter threshold.</summary>
    public required double? Exit { get; init; }

    /// <summary>Gets how long the condition must hold, in seconds.</summary>
    public required double ForSeconds { get; init; }

    /// <summary>Gets how long after a resolution the rule stays quiet on that symbol, in seconds.</summary>
    public required double CooldownSeconds { get; init; }

    /// <summary>Gets how many observations the figure needs.</summary>
    public required int MinSamples { get; init; }

    /// <summary>Gets how serious it is.</summary>
    public required AlertSeverity Severity { get; init; }

    /// <summary>Gets how many messages an hour the rule may cause before the rest goes into a digest.</summary>
    public required int HourlyBudget { get; init; }

    /// <summary>Gets whether the rule is evaluated.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Gets whether the signal is about the data rather than the market.</summary>
    public required bool IsDataQuality { get; init; }

    internal static AlertRuleView From(AlertRule rule) => new()
    {
        Id = rule.Id,
        Version = rule.Version,
        Name = rule.Name,
        Symbols = rule.Symbols,
        Signal = rule.Signal,
        Direction = rule.Direction,
        Enter = rule.Enter,
        Exit = rule.Exit,
        ForSeconds = rule.For.TotalSeconds,
        CooldownSeconds = rule.Cooldown.TotalSeconds,
        MinSamples = rule.MinSamples,
        Severity = rule.Severity,
        HourlyBudget = rule.HourlyBudget,
        Enabled = rule.Enabled,
        IsDataQuality = rule.IsDataQuality,
    };
}

/// <summary>An alert rule as it is sent. Fields left out take their defaults.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AlertRuleRequest
{
    /// <summary>Gets the name, for people; 1 to 120 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the symbols watched; absent or empty means all.</summary>
    public IReadOnlyList<Symbol>? Symbols { get; init; }

    /// <summary>Gets what is watched.</summary>
    public required Signal Signal { get; init; }

    /// <summary>Gets on which side of the threshold it fires. Default: above.</summary>
    public AlertDirection? Direction { get; init; }

    /// <summary>Gets the threshold at which the condition begins to hold, in the signal's unit.</summary>
    public required double Enter { get; init; }

    /// <summary>Gets the threshold at which it ends. Default: the enter threshold.</summary>
    public double? Exit { get; init; }

    /// <summary>Gets how long the condition must hold, whole seconds, 0 to 86400. Default: 0.</summary>
    public double? ForSeconds { get; init; }

    /// <summary>Gets how long after a resolution the rule stays quiet on that symbol, seconds, 0 to 86400. Default: 300.</summary>
    public double? CooldownSeconds { get; init; }

    /// <summary>Gets how many observations the figure needs. Default: 1.</summary>
    public int? MinSamples { get; init; }

    /// <summary>Gets how serious it is. Default: warning.</summary>
    public AlertSeverity? Severity { get; init; }

    /// <summary>Gets how many messages an hour the rule may cause over all symbols, 1 to 1000. Default: 20.</summary>
    public int? HourlyBudget { get; init; }

    /// <summary>Gets whether the rule is evaluated. Default: true.</summary>
    public bool? Enabled { get; init; }

    internal AlertRule ToRule(string id)
    {
        var standard = new AlertRule { Id = id, Name = Name, Signal = Signal, Enter = Enter };
        return standard with
        {
            Symbols = Symbols ?? standard.Symbols,
            Direction = Direction ?? standard.Direction,
            Exit = Exit,
            For = ForSeconds is { } hold ? Seconds(hold) : standard.For,
            Cooldown = CooldownSeconds is { } quiet ? Seconds(quiet) : standard.Cooldown,
            MinSamples = MinSamples ?? standard.MinSamples,
            Severity = Severity ?? standard.Severity,
            HourlyBudget = HourlyBudget ?? standard.HourlyBudget,
            Enabled = Enabled ?? standard.Enabled,
        };
    }

    // Far out of range is as wrong as infinity, but a TimeSpan can hold it, so the validator sees and names it.
    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, -1e9, 1e9));
}

/// <summary>What a rule would have done over stored history.</summary>
public sealed record RulePreviewResponse
{
    /// <summary>Gets how often it would have fired.</summary>
    public required int Firings { get; init; }

    /// <summary>Gets the longest stretch of firings less than 5 minutes apart, in seconds.</summary>
    public required double LongestStormSeconds { get; init; }

    /// <summary>Gets firings per day of history.</summary>
    public required double PerDay { get; init; }

    /// <summary>Gets an enter threshold that fires about `targetPerDay` times a day; null when history is too short.</summary>
    public required double? SuggestedEnter { get; init; }

    /// <summary>Gets the rate that the suggestion aims at.</summary>
    public required double TargetPerDay { get; init; }

    /// <summary>Gets the first firings, at most 20.</summary>
    public required IReadOnlyList<AlertView> First { get; init; }

    /// <summary>Gets how much history there was to look at, in seconds.</summary>
    public required double CoveredSeconds { get; init; }

    /// <summary>Gets what limits the answer, for people; null when nothing does.</summary>
    public string? Note { get; init; }

    internal static RulePreviewResponse From(RulePreview preview) => new()
    {
        Firings = preview.Firings,
        LongestStormSeconds = preview.LongestStorm.TotalSeconds,
        PerDay = preview.PerDay,
        SuggestedEnter = preview.SuggestedEnter,
        TargetPerDay = preview.TargetPerDay,
        First = preview.First,
        CoveredSeconds = preview.Covered.TotalSeconds,
        Note = preview.Note,
    };
}

/// <summary>Silences that are running or to come.</summary>
/// <param name="Silences">The silences.</param>
public sealed record SilencesResponse(IReadOnlyList<AlertSilence> Silences);

/// <summary>A new silence.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SilenceRequest
{
    /// <summary>Gets the rule; absent means all.</summary>
    public string? RuleId { get; init; }

    /// <summary>Gets the pair; absent means all.</summary>
    public Symbol? Symbol { get; init; }

    /// <summary>Gets the start, inclusive. Default: now.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the end, exclusive; at most 30 days after the start. Either this or `minutes`.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets the length in minutes, 1 to 43200. Either this or `until`.</summary>
    public int? Minutes { get; init; }

    /// <summary>Gets why, for people; 1 to 200 characters.</summary>
    public required string Reason { get; init; }
}
