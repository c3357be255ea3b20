using OrleansMarket.Domain.Alerts;

namespace OrleansMarket.Contracts.Alerts;

/// <summary>
/// The alert log and its delivery to Slack and the other outputs: one in the whole product, so that grouping, budgets and the pace of a webhook
/// hold however many silos there are.
/// </summary>
[Alias("market.slack")]
public interface ISlackGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one: all silos have the same outputs.</summary>
    const string Key = "all";

    /// <summary>Takes transitions into the log; durable when the task completes. One that is known already is left as it stands there.</summary>
    /// <returns>The alerts as they are told now.</returns>
    [Alias("append")]
    Task<AlertView[]> AppendAsync(AlertTransition[] transitions, CancellationToken cancellationToken);

    /// <summary>Makes sure that delivery runs somewhere.</summary>
    [Alias("keep")]
    Task KeepAsync(CancellationToken cancellationToken);

    /// <summary>What is wrong with the outputs, for people, or <see langword="null"/>.</summary>
    [Alias("trouble")]
    Task<string?> GetTroubleAsync(CancellationToken cancellationToken);
}
