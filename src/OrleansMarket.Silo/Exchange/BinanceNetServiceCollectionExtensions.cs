using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Feeds.Binance.Rest;

namespace OrleansMarket.Silo.Exchange;

/// <summary>Lets Binance.Net read the exchange's REST API instead of our own client.</summary>
public static class BinanceNetServiceCollectionExtensions
{
    /// <summary>Adds it as <see cref="IExchange"/>, <see cref="ITradeHistory"/> and <see cref="IExchangeClock"/>, and the budget for both clients. Call it before AddBinance, which adds the transport.</summary>
    public static IServiceCollection AddBinanceNet(this IServiceCollection services, IExchangeBudget budget)
    {
        services.AddSingleton(budget);
        services.AddSingleton<IExchange>(provider => Client(provider, RequestPriority.Live));
        services.AddSingleton<IExchangeClock>(provider => Client(provider, RequestPriority.Live));
        services.AddSingleton<ITradeHistory>(provider => Client(provider, RequestPriority.Repair));
        return services;
    }

    private static BinanceNetClient Client(IServiceProvider provider, RequestPriority priority) => new(
        provider.GetRequiredService<BinanceRestTransport>(), provider.GetRequiredService<IExchangeBudget>(), provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILoggerFactory>(), priority);
}
