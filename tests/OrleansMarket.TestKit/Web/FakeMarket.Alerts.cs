using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.TestKit.Web;

/// <content>The alert desk.</content>
public sealed partial class FakeMarket : IAlertDesk
{
    private readonly SortedDictionary<string, AlertRule> _rules = new(StringComparer.Ordinal)
    {
        ["price-move"] = new() { Id = "price-move", Name = "Price moves 1 % in 5 minutes", Signal = Signal.PriceMove5m, Direction = AlertDirection.Magnitude, Enter = 1, Exit = 0.7, Cooldown = TimeSpan.FromMinutes(10) },
        ["stale-feed"] = new() { Id = "stale-feed", Name = "Data is stale", Signal = Signal.StaleFeed, Enter = 10, Severity = AlertSeverity.Critical },
        ["volume-spike"] = new() { Id = "volume-spike", Name = "Volume spikes", Signal = Signal.VolumeSpike, Enter = 6, Exit = 4, Version = 2 },
        ["whale"] = new() { Id = "whale", Name = "Large taker order", Signal = Signal.WhaleNotional, Enter = 500_000, Severity = AlertSeverity.Info, Version = 3 },
    };

    private readonly SortedDictionary<string, AlertView> _alerts = new(
        new[]
        {
            Alert("volume-spike", 2, "Volume spikes", "BTCUSDT", 3, AlertState.Firing, AlertSeverity.Warning, 7.4, 6),
            Alert("whale", 3, "Large taker order", "ETHUSDT", 11, AlertState.Resolved, AlertSeverity.Info, 812_440, 500_000),
            Alert("price-move", 1, "Price moves 1 % in 5 minutes", "SOLUSDT", 26, AlertState.Firing, AlertSeverity.Critical, -1.31, 1),
            Alert("price-move", 1, "Price moves 1 % in 5 minutes", "BTCUSDT", 95, AlertState.Amended, AlertSeverity.Warning, 1.07, 1),
            Alert("stale-feed", 1, "Data is stale", "ADAUSDT", 240, AlertState.Resolved, AlertSeverity.Critical, 31, 10) with
            {
                IsDataQuality = true, Delivery = "suppressed", DeliveryNote = "silence 1: exchange maintenance",
            },
        }.ToDictionary(alert => alert.Key),
        StringComparer.Ordinal);

    private readonly SortedDictionary<string, AlertSilence> _silences = new(StringComparer.Ordinal)
    {
        ["1"] = new() { Id = "1", RuleId = "stale-feed", From = Noon.AddHours(-5), Until = Noon.AddHours(5), Reason = "exchange maintenance" },
    };

    private int _lastSilence = 1;

    /// <inheritdoc/>
    public Task<AlertPage> GetAlertsAsync(AlertQuery query, CancellationToken cancellationToken) => Answer(
        () =>
        {
            var alerts = _alerts.Values.OrderByDescending(alert => alert.Started)
                .Where(alert => (query.Symbol is null || alert.Symbol == query.Symbol) && (query.State is null || alert.State == query.State)
                    && (query.RuleId is null || alert.RuleId == query.RuleId))
                .SkipWhile(alert => query.Before is not null && alert.Key != query.Before)
                .Skip(query.Before is null ? 0 : 1)
                .Take(query.Limit + 1)
                .ToList();
            var page = alerts.Take(query.Limit).ToList();
            return new AlertPage(page, alerts.Count > query.Limit ? page[^1].Key : null);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertRule>> GetRulesAsync(CancellationToken cancellationToken) => Answer<IReadOnlyList<AlertRule>>(() => [.. _rules.Values], cancellationToken);

    /// <inheritdoc/>
    public Task<RuleChange> PutRuleAsync(AlertRule rule, CancellationToken cancellationToken) => Answer(
        () =>
        {
            if (AlertRuleValidator.Validate(rule) is { Count: > 0 } problems)
            {
                return new RuleChange(null, problems);
            }

            _rules[rule.Id] = rule with { Version = _rules.TryGetValue(rule.Id, out var old) ? old.Version + 1 : 1 };
            return new RuleChange(_rules[rule.Id], new Dictionary<string, string[]>());
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveRuleAsync(string id, CancellationToken cancellationToken) => Answer(() => _rules.Remove(id), cancellationToken);

    /// <inheritdoc/>
    public Task<RulePreview> PreviewAsync(AlertRule rule, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) => Answer(
        () => new RulePreview(9, TimeSpan.FromMinutes(21), 9 / Math.Max(1, (to - from).TotalDays), rule.Enter * 1.4, 5, [.. _alerts.Values.Take(2)], to - from, "sampled every second of stored candles"),
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertSilence>> GetSilencesAsync(CancellationToken cancellationToken) => Answer<IReadOnlyList<AlertSilence>>(() => [.. _silences.Values], cancellationToken);

    /// <inheritdoc/>
    public Task<SilenceChange> AddSilenceAsync(AlertSilence silence, CancellationToken cancellationToken) => Answer(
        () =>
        {
            if (silence.RuleId is { } rule && !_rules.ContainsKey(rule))
            {
                return new SilenceChange(null, new Dictionary<string, string[]> { ["ruleId"] = [$"expected the id of a rule, found '{rule}'"] });
            }

            var stored = silence with { Id = $"{++_lastSilence}" };
            _silences[stored.Id] = stored;
            return new SilenceChange(stored, new Dictionary<string, string[]>());
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveSilenceAsync(string id, CancellationToken cancellationToken) => Answer(() => _silences.Remove(id), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ResolveAsync(string key, CancellationToken cancellationToken) => Answer(
        () =>
        {
            if (!_alerts.TryGetValue(key, out var alert) || alert.State != AlertState.Firing)
            {
                return false;
            }

            _alerts[key] = alert with { State = AlertState.Resolved, Resolved = clock.GetUtcNow() };
            Publish(alert.Symbol, item => item with { Alert = _alerts[key] });
            return true;
        },
        cancellationToken);

    /// <summary>Lets an alert fire now.</summary>
    public AlertView Fire(string ruleId, Symbol symbol, double value)
    {
        lock (_gate)
        {
            var rule = _rules[ruleId];
            var alert = Alert(ruleId, rule.Version, rule.Name, symbol.Value, 0, AlertState.Firing, rule.Severity, value, rule.Enter, clock.GetUtcNow()) with { IsDataQuality = rule.IsDataQuality };
            _alerts[alert.Key] = alert;
            Publish(symbol, item => item with { Alert = alert });
            return alert;
        }
    }

    private static AlertView Alert(
        string rule, int version, string name, string symbol, int minutesAgo, AlertState state, AlertSeverity severity, double value, double threshold, DateTimeOffset? at = null)
    {
        var started = at ?? Noon.AddMinutes(-minutesAgo);
        return new()
        {
            Key = new AlertKey(rule, version, new Symbol(symbol), Micros.From(started)).ToString(),
            RuleId = rule,
            RuleName = name,
            Symbol = new Symbol(symbol),
            Severity = severity,
            State = state,
            IsDataQuality = false,
            Started = started,
            Fired = started.AddSeconds(1),
            Resolved = state == AlertState.Resolved ? started.AddSeconds(94) : null,
            Value = value,
            Threshold = threshold,
            Price = Find(new Symbol(symbol))!.Price(started),
            Completeness = state == AlertState.Amended ? 0.98 : 1,
            IsLate = state == AlertState.Amended,
            Delivery = "delivered",
        };
    }
}
