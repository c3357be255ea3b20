using Microsoft.Extensions.DependencyInjection;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Feeds.Portfolio;
using OrleansMarket.Feeds.Prices;

namespace OrleansMarket.Feeds.Sources;

/// <summary>Registers what hangs on the source of trades.</summary>
public static class MarketPartsServiceCollectionExtensions
{
    /// <summary>
    /// Adds prices and portfolios: the source's own trades are a source of prices, and where they are real, Binance's API and the public sources are others. Prices are shown live.
    /// </summary>
    public static IServiceCollection AddPricesAndPortfolios(this IServiceCollection services, MarketParts parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        services.AddPrices().AddMarketPrices(parts.PriceClient is null ? WireName.Of(parts.Source.Kind) : PriceSourceNames.Binance);
        if (parts.PriceClient is { } client)
        {
            services.AddBinancePrices(_ => client).AddPublicPrices();
        }

        services.AddSingleton<IPriceListener, LivePrices>();
        return services.AddPortfolios().AddDailyHistory(parts.Source, parts.Audit);
    }
}
