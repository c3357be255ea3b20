using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Contracts.Prices;

/// <summary>Asks the price sources, one for the whole product: their limits hold however many silos there are.</summary>
[Alias("market.price")]
public interface IPriceGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "all";

    /// <summary>What is known of assets, after the sources were asked for those that are not fresh; within about a second.</summary>
    [Alias("ask")]
    Task<PriceBasis[]> AskAsync(string[] assets, CancellationToken cancellationToken);

    /// <summary>How the sources do.</summary>
    [Alias("describe")]
    Task<PriceStatus> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>Makes sure that somebody asks the sources.</summary>
    [Alias("keep")]
    Task KeepAsync(CancellationToken cancellationToken);
}
