using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Domain.Prices;

/// <summary>Asks the sources. One process does it for all that share prices.</summary>
public interface IPricePolling
{
    /// <summary>Gets the work: a job for each source, and those that share and keep what they said.</summary>
    IReadOnlyList<PeriodicJob> Jobs { get; }

    /// <summary>Begins: reads what an earlier process was told and knew. The caller then runs <see cref="Jobs"/>.</summary>
    Task BeginAsync(CancellationToken cancellationToken);

    /// <summary>Ends: the caller runs the jobs no longer, another process may.</summary>
    void End();

    /// <summary>What is known of assets, after the sources were asked for those that are not fresh. Waits for them as long as a cold read does.</summary>
    Task<IReadOnlyList<PriceBasis>> AskAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken);

    /// <summary>How sources and caches of this process do.</summary>
    PriceStatus Describe();
}
