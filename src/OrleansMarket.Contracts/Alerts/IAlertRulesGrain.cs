using OrleansMarket.Domain.Alerts;

namespace OrleansMarket.Contracts.Alerts;

/// <summary>Changes of rules and silences and of alerts by hand, one after the other in the whole product, so that each version of a rule exists once.</summary>
[Alias("market.alert-rules")]
public interface IAlertRulesGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "all";

    /// <inheritdoc cref="IAlertDesk.PutRuleAsync"/>
    [Alias("put-rule")]
    Task<RuleChange> PutRuleAsync(AlertRule rule, CancellationToken cancellationToken);

    /// <inheritdoc cref="IAlertDesk.RemoveRuleAsync"/>
    [Alias("remove-rule")]
    Task<bool> RemoveRuleAsync(string id, CancellationToken cancellationToken);

    /// <inheritdoc cref="IAlertDesk.AddSilenceAsync"/>
    [Alias("add-silence")]
    Task<SilenceChange> AddSilenceAsync(AlertSilence silence, CancellationToken cancellationToken);

    /// <inheritdoc cref="IAlertDesk.RemoveSilenceAsync"/>
    [Alias("remove-silence")]
    Task<bool> RemoveSilenceAsync(string id, CancellationToken cancellationToken);

    /// <inheritdoc cref="IAlertDesk.ResolveAsync"/>
    [Alias("resolve")]
    Task<bool> ResolveAsync(string key, CancellationToken cancellationToken);
}
