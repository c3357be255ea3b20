using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Feeds.Portfolio;

/// <summary>Registers portfolios.</summary>
public static class PortfolioServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IPortfolios"/> with the checked <see cref="PortfolioOptions"/>. The host adds <see cref="IPortfolioStore"/>,
    /// <see cref="IPrices"/>, <see cref="IDailyHistory"/> and <see cref="TimeProvider"/>.
    /// </summary>
    public static IServiceCollection AddPortfolios(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PortfolioOptions, PortfolioOptionsValidator>().BindConfiguration(PortfolioOptions.SectionName);
        services.TryAddSingleton<CacheCounters>();
        services.AddSingleton<IPortfolios, PortfolioDesk>();
        return services;
    }
}
