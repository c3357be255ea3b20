namespace OrleansMarket.Domain.Alerts;

/// <summary>Runs a rule over the history that a host keeps, with <see cref="AlertBacktest"/>.</summary>
public interface IRulePreviewer
{
    /// <summary>How often the rule would have fired in [from, to).</summary>
    Task<RulePreview> PreviewAsync(AlertRule rule, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);
}
