using Microsoft.Extensions.DependencyInjection;
using OrleansMarket.Contracts.Alerts;
using OrleansMarket.Domain.Alerts;

namespace OrleansMarket.Grains.Alerts;

/// <summary>The desk of a cluster: reads where it stands, and has changes made by the grain that makes them one after the other.</summary>
/// <param name="grains">Finds the grain.</param>
/// <param name="local">The desk over this silo's stores.</param>
public sealed class ClusterAlertDesk(IGrainFactory grains, [FromKeyedServices(AlertRulesGrain.Local)] IAlertDesk local) : IAlertDesk
{
    private IAlertRulesGrain Rules => grains.GetGrain<IAlertRulesGrain>(IAlertRulesGrain.Key);

    /// <inheritdoc/>
    public Task<AlertPage> GetAlertsAsync(AlertQuery query, CancellationToken cancellationToken) => local.GetAlertsAsync(query, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertRule>> GetRulesAsync(CancellationToken cancellationToken) => local.GetRulesAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<RuleChange> PutRuleAsync(AlertRule rule, CancellationToken cancellationToken) => Rules.PutRuleAsync(rule, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveRuleAsync(string id, CancellationToken cancellationToken) => Rules.RemoveRuleAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<RulePreview> PreviewAsync(AlertRule rule, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        local.PreviewAsync(rule, from, to, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertSilence>> GetSilencesAsync(CancellationToken cancellationToken) => local.GetSilencesAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<SilenceChange> AddSilenceAsync(AlertSilence silence, CancellationToken cancellationToken) => Rules.AddSilenceAsync(silence, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveSilenceAsync(string id, CancellationToken cancellationToken) => Rules.RemoveSilenceAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ResolveAsync(string key, CancellationToken cancellationToken) => Rules.ResolveAsync(key, cancellationToken);
}
