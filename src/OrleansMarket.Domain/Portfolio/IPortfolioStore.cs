namespace OrleansMarket.Domain.Portfolio;

/// <summary>Keeps the portfolios that the API stores.</summary>
public interface IPortfolioStore
{
    /// <summary>All portfolios, by name.</summary>
    Task<IReadOnlyList<PortfolioHoldings>> ReadAllAsync(CancellationToken cancellationToken);

    /// <summary>Stores a portfolio in the place of the one with its name; durable when the task completes.</summary>
    /// <param name="portfolio">Valid holdings.</param>
    /// <param name="mostPortfolios">How many may be kept; a new one beyond is not stored.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<PortfolioWrite> PutAsync(PortfolioHoldings portfolio, int mostPortfolios, CancellationToken cancellationToken);

    /// <summary>Removes a portfolio; the answer tells whether there was one.</summary>
    Task<bool> RemoveAsync(string name, CancellationToken cancellationToken);
}

/// <summary>What became of a portfolio that was to be stored.</summary>
public enum PortfolioWrite : byte
{
    /// <summary>It is stored under a new name.</summary>
    Added,

    /// <summary>It is stored in the place of another.</summary>
    Replaced,

    /// <summary>It is not stored: as many as allowed are kept already.</summary>
    Full,
}
