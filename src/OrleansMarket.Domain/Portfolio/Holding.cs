using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Domain.Portfolio;

/// <summary>How much of one asset somebody holds.</summary>
public sealed record Holding
{
    /// <summary>Gets the asset's ticker, upper case (BTC); <c>USD</c> is cash.</summary>
    public required string Asset { get; init; }

    /// <summary>Gets the quantity, in units of the asset; above 0.</summary>
    public required decimal Quantity { get; init; }

    /// <summary>Gets what the whole holding cost, in USD, at least 0; <see langword="null"/> when it is not known.</summary>
    public decimal? CostBasis { get; init; }
}

/// <summary>Where a portfolio is kept.</summary>
public enum PortfolioOrigin : byte
{
    /// <summary>Stored by the API, which may change it.</summary>
    Api,

    /// <summary>Read from the file named by the setting <c>Portfolio:File</c>; only the file changes it.</summary>
    File,
}

/// <summary>Holdings under a name.</summary>
public sealed record PortfolioHoldings
{
    /// <summary>Gets the name: kebab case, 1 to 64 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the holdings, each asset once.</summary>
    public required IReadOnlyList<Holding> Holdings { get; init; }

    /// <summary>Gets where they are kept.</summary>
    public PortfolioOrigin Origin { get; init; }

    /// <summary>Gets when they were last changed: stored, or read from the file.</summary>
    public DateTimeOffset Updated { get; init; }

    /// <summary>The same with every ticker in upper case.</summary>
    /// <exception cref="ArgumentException">A ticker is not plausible.</exception>
    public PortfolioHoldings Normalised() => this with { Holdings = [.. Holdings.Select(holding => holding with { Asset = AssetName.Normalise(holding.Asset) })] };
}
