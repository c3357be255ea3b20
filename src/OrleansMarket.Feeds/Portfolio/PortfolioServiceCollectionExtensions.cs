using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Simulation;

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
        services.AddSingleton<IValidateOptions<PortfolioOptions>, PortfolioFileValidator>();
        services.TryAddSingleton<CacheCounters>();
        services.AddSingleton<IPortfolios, PortfolioDesk>();
        return services;
    }

    /// <summary>
    /// Adds the <see cref="IDailyHistory"/> that fits what feeds the product: the exchange's klines, those of the simulated market, or none. Klines need
    /// <see cref="ICandleStore"/> and <see cref="ISymbolSpecStore"/>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="source">What feeds the product.</param>
    /// <param name="exchange">The exchange at the priority of audits; <see langword="null"/> where there is none.</param>
    public static IServiceCollection AddDailyHistory(this IServiceCollection services, FeedSource source, IExchange? exchange) => services.AddSingleton<IDailyHistory>(provider => (source.Kind, exchange) switch
    {
        (FeedKind.Simulated, _) => new SimulatedDailyHistory(
            provider.GetRequiredService<IConfiguration>().GetSection(SimulatorOptions.SectionName).Get<SimulatorOptions>() ?? new SimulatorOptions(), provider.GetRequiredService<TimeProvider>()),
        (FeedKind.Live, { } live) => new DailyKlineHistory(
            live, provider.GetRequiredService<ICandleStore>(), provider.GetRequiredService<ISymbolSpecStore>(), FeedInstruments.Venue,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<DailyKlineHistory>>()),
        _ => new NoDailyHistory("a recording has no daily klines"),
    });
}
