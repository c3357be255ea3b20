using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Alerts;

/// <summary>What people do with alerts: read the log, manage rules and silences, preview a rule. Each host implements it.</summary>
public interface IAlertDesk
{
    /// <summary>Alerts, newest first.</summary>
    Task<AlertPage> GetAlertsAsync(AlertQuery query, CancellationToken cancellationToken);

    /// <summary>All rules.</summary>
    Task<IReadOnlyList<AlertRule>> GetRulesAsync(CancellationToken cancellationToken);

    /// <summary>Adds or changes a rule (the version rises by one); answers what is stored, or the problems found.</summary>
    Task<RuleChange> PutRuleAsync(AlertRule rule, CancellationToken cancellationToken);

    /// <summary>Removes a rule; its firing alerts are resolved. Answers whether it existed.</summary>
    Task<bool> RemoveRuleAsync(string id, CancellationToken cancellationToken);

    /// <summary>Runs a rule over stored history: how often it would have fired.</summary>
    Task<RulePreview> PreviewAsync(AlertRule rule, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);

    /// <summary>Silences that are running or to come.</summary>
    Task<IReadOnlyList<AlertSilence>> GetSilencesAsync(CancellationToken cancellationToken);

    /// <summary>Adds a silence; answers it with its id, or the problems found.</summary>
    Task<SilenceChange> AddSilenceAsync(AlertSilence silence, CancellationToken cancellationToken);

    /// <summary>Ends a silence; answers whether it existed.</summary>
    Task<bool> RemoveSilenceAsync(string id, CancellationToken cancellationToken);

    /// <summary>Resolves a firing alert by hand; answers whether there was one.</summary>
    Task<bool> ResolveAsync(string key, CancellationToken cancellationToken);
}

/// <summary>Asks for alerts.</summary>
/// <param name="Symbol">One pair, or all.</param>
/// <param name="State">One state, or all.</param>
/// <param name="RuleId">One rule, or all.</param>
/// <param name="Limit">At most this many, 1 to 1,000.</param>
/// <param name="Before">Cursor of the previous page.</param>
public sealed record AlertQuery(Symbol? Symbol, AlertState? State, string? RuleId, int Limit, string? Before);

/// <summary>A page of alerts, newest first.</summary>
/// <param name="Alerts">The alerts.</param>
/// <param name="Next">Cursor of the next page, or <see langword="null"/> at the end.</param>
public sealed record AlertPage(IReadOnlyList<AlertView> Alerts, string? Next);

/// <summary>The answer to a change of rule.</summary>
/// <param name="Rule">What is stored; <see langword="null"/> when refused.</param>
/// <param name="Problems">Why it was refused, by field; empty when stored.</param>
public sealed record RuleChange(AlertRule? Rule, IReadOnlyDictionary<string, string[]> Problems);

/// <summary>The answer to a new silence.</summary>
/// <param name="Silence">What is stored; <see langword="null"/> when refused.</param>
/// <param name="Problems">Why it was refused, by field; empty when stored.</param>
public sealed record SilenceChange(AlertSilence? Silence, IReadOnlyDictionary<string, string[]> Problems);

/// <summary>What a rule would have done over history.</summary>
/// <param name="Firings">How often it would have fired.</param>
/// <param name="LongestStorm">The longest stretch of firings less than 5 minutes apart.</param>
/// <param name="PerDay">Firings per day of history.</param>
/// <param name="SuggestedEnter">An enter threshold that fires about <paramref name="TargetPerDay"/> times a day; <see langword="null"/> when history is too short.</param>
/// <param name="TargetPerDay">The rate that the suggestion aims at.</param>
/// <param name="First">The first firings, at most 20.</param>
/// <param name="Covered">The history that was there to look at.</param>
/// <param name="Note">What limits the answer, for people.</param>
public sealed record RulePreview(
    int Firings, TimeSpan LongestStorm, double PerDay, double? SuggestedEnter, double TargetPerDay,
    IReadOnlyList<AlertView> First, TimeSpan Covered, string? Note);
