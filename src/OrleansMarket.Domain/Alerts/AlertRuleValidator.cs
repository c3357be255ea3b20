namespace OrleansMarket.Domain.Alerts;

/// <summary>Says what is wrong with a rule, by field, with what was expected and found.</summary>
public static class AlertRuleValidator
{
    /// <summary>The problems of a rule by field name; empty when it is good.</summary>
    public static IReadOnlyDictionary<string, string[]> Validate(AlertRule rule) =>
        rule.Id.Length is 0 or > 64 ? new Dictionary<string, string[]> { ["id"] = [$"expected 1 to 64 characters, found {rule.Id.Length}"] } : [];
}
