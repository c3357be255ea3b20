using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Portfolio;

/// <summary>Holdings to store.</summary>
public sealed record PortfolioRequest
{
    /// <summary>Gets the holdings, each asset once.</summary>
    public required IReadOnlyList<Holding> Holdings { get; init; }
}

/// <summary>All portfolios.</summary>
public sealed record PortfoliosResponse
{
    /// <summary>Gets the portfolios, by name.</summary>
    public required IReadOnlyList<PortfolioHoldings> Portfolios { get; init; }
}

/// <summary>A portfolio valued.</summary>
public sealed record PortfolioResponse
{
    /// <summary>Gets what feeds the product: live, simulated or a replay.</summary>
    public required FeedSource Source { get; init; }

    /// <summary>Gets the name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets where the holdings are kept.</summary>
    public required PortfolioOrigin Origin { get; init; }

    /// <summary>Gets when the holdings were last changed.</summary>
    public required DateTimeOffset Updated { get; init; }

    /// <summary>Gets what the holdings are worth.</summary>
    public required PortfolioWorth Worth { get; init; }

    /// <summary>Gets what could happen to them, judged by their past.</summary>
    public required PortfolioRisk Risk { get; init; }

    internal static PortfolioResponse From(PortfolioView view, FeedSource source) =>
        new() { Source = source, Name = view.Name, Origin = view.Origin, Updated = view.Updated, Worth = view.Worth, Risk = view.Risk };
}
