namespace OrleansMarket.Domain.Portfolio;

/// <summary>What people ask of portfolios.</summary>
public interface IPortfolios
{
    /// <summary>All portfolios, by name.</summary>
    Task<IReadOnlyList<PortfolioHoldings>> ListAsync(CancellationToken cancellationToken);

    /// <summary>A portfolio valued, or <see langword="null"/> when there is none of that name.</summary>
    Task<PortfolioView?> GetAsync(string name, CancellationToken cancellationToken);

    /// <summary>Stores holdings under a name, in the place of those before.</summary>
    Task<PortfolioChange> PutAsync(string name, IReadOnlyList<Holding> holdings, CancellationToken cancellationToken);

    /// <summary>Removes a portfolio.</summary>
    Task<PortfolioRemoval> RemoveAsync(string name, CancellationToken cancellationToken);
}

/// <summary>What became of a change: stored, or refused for the reasons given.</summary>
public sealed record PortfolioChange
{
    /// <summary>Gets what is stored now; <see langword="null"/> when the change was refused.</summary>
    public PortfolioHoldings? Stored { get; init; }

    /// <summary>Gets whether the name is new.</summary>
    public bool IsNew { get; init; }

    /// <summary>Gets what is wrong, by field.</summary>
    public IReadOnlyDictionary<string, string[]> Problems { get; init; } = new Dictionary<string, string[]>();

    /// <summary>Gets why the state does not allow the change; <see langword="null"/> when it does.</summary>
    public string? Conflict { get; init; }
}

/// <summary>What became of a portfolio that was to go.</summary>
public enum PortfolioRemoval : byte
{
    /// <summary>It is gone.</summary>
    Removed,

    /// <summary>There is none of that name.</summary>
    Unknown,

    /// <summary>It comes from the file, and only the file can drop it.</summary>
    FromFile,
}
