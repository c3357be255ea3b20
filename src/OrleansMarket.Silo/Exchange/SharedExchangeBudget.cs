using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Silo.Exchange;

/// <summary>This silo's own budget until it has joined a cluster, then the one that all silos behind its exit share.</summary>
/// <param name="own">The budget of its own: what a start needs is asked before there is a cluster.</param>
public sealed class SharedExchangeBudget(IExchangeBudget own) : IExchangeBudget
{
    private volatile IExchangeBudget _budget = own;

    /// <summary>From now on the shared one decides.</summary>
    public void Join(IExchangeBudget shared) => _budget = shared;

    /// <inheritdoc/>
    public ValueTask<BudgetAnswer> TakeAsync(int weight, RequestPriority priority, CancellationToken cancellationToken) => _budget.TakeAsync(weight, priority, cancellationToken);

    /// <inheritdoc/>
    public void OnUsed(int used) => _budget.OnUsed(used);

    /// <inheritdoc/>
    public void SetLimit(int weightPerMinute) => _budget.SetLimit(weightPerMinute);

    /// <inheritdoc/>
    public ValueTask BlockAsync(TimeSpan duration, string reason, CancellationToken cancellationToken) => _budget.BlockAsync(duration, reason, cancellationToken);
}
