using Microsoft.Extensions.DependencyInjection;
using OrleansMarket.Contracts.Alerts;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Grains.Placement;

namespace OrleansMarket.Grains.Alerts;

/// <summary>Makes changes of rules, silences and alerts one after the other.</summary>
/// <param name="desk">The desk over this silo's stores and the engines of the cluster.</param>
[GrainType("market.alert-rules")]
[OnRole(SiloRoles.Market)]
public sealed class AlertRulesGrain([FromKeyedServices(AlertRulesGrain.Local)] IAlertDesk desk) : Grain, IAlertRulesGrain
{
    /// <summary>The key under which a silo offers its own desk.</summary>
    public const string Local = "local";

    /// <inheritdoc/>
    public Task<RuleChange> PutRuleAsync(AlertRule rule, CancellationToken cancellationToken) => desk.PutRuleAsync(rule, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveRuleAsync(string id, CancellationToken cancellationToken) => desk.RemoveRuleAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<SilenceChange> AddSilenceAsync(AlertSilence silence, CancellationToken cancellationToken) => desk.AddSilenceAsync(silence, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveSilenceAsync(string id, CancellationToken cancellationToken) => desk.RemoveSilenceAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ResolveAsync(string key, CancellationToken cancellationToken) => desk.ResolveAsync(key, cancellationToken);
}
