using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Rest;
using OrleansMarket.Feeds.Repair;

namespace OrleansMarket.Feeds.Binance;

/// <summary>Registers everything that talks to Binance.</summary>
public static class BinanceServiceCollectionExtensions
{
    private const int LongestAnswer = 64 * 1024 * 1024; // exchangeInfo of all symbols is about 15 MB

    /// <summary>
    /// Adds the checked <see cref="BinanceFeedOptions"/>, the REST client as <see cref="IExchange"/>, <see cref="ITradeHistory"/> and <see cref="IExchangeClock"/>,
    /// the repair planner as <see cref="IGapRepairer"/>, and <see cref="BinanceFeedFactory"/>. The host adds <see cref="TimeProvider"/>, logging and metrics, an
    /// <see cref="ISettingsStore"/> for bans to survive a restart, and an <see cref="ITradeLog"/> for aggregates to be cut by.
    /// </summary>
    public static IServiceCollection AddBinance(this IServiceCollection services)
    {
        services.AddOptions<BinanceFeedOptions>()
            .BindConfiguration(BinanceFeedOptions.SectionName)
            .PostConfigure<IConfiguration>(BinanceFlatSettings.Apply)
            .ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<BinanceFeedOptions>, BinanceFeedOptionsValidator>();
        services.TryAddSingleton<FeedInstruments>();
        services.TryAddSingleton<IExchangeBudget>(provider => new ExchangeBudget(provider.GetRequiredService<TimeProvider>(), OptionsOf(provider).WeightPerMinute));
        services.TryAddSingleton(provider => new AccessMemory(
            provider.GetService<ISettingsStore>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AccessMemory>>()));
        services.TryAddSingleton(provider => new BinanceRestTransport(
            CreateHttpClient(), OptionsOf(provider), provider.GetRequiredService<IExchangeBudget>(), provider.GetRequiredService<AccessMemory>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<FeedInstruments>(), provider.GetRequiredService<ILogger<BinanceRestTransport>>()));
        services.TryAddSingleton(provider => new BinanceRestClient(provider.GetRequiredService<BinanceRestTransport>()));
        services.TryAddSingleton<IExchange>(provider => provider.GetRequiredService<BinanceRestClient>());
        services.TryAddSingleton<IExchangeClock>(provider => provider.GetRequiredService<BinanceRestClient>());
        services.TryAddSingleton<ITradeHistory>(provider => provider.GetRequiredService<BinanceRestClient>().For(RequestPriority.Repair));
        services.TryAddSingleton<IGapRepairer>(provider => new GapRepairPlanner(
            provider.GetRequiredService<ITradeHistory>(), provider.GetService<ITradeLog>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<FeedInstruments>()));
        services.TryAddSingleton<BinanceFeedFactory>();
        return services;
    }

    private static BinanceFeedOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<BinanceFeedOptions>>().Value;

    private static HttpClient CreateHttpClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // so that a changed address is noticed
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // each request has its own
        MaxResponseContentBufferSize = LongestAnswer,
    };
}

/// <summary>Builds the live feed once the symbols' specifications are known.</summary>
public sealed class BinanceFeedFactory(
    IExchange exchange, IExchangeClock exchangeClock, AccessMemory memory, IOptions<BinanceFeedOptions> options, TimeProvider clock,
    FeedInstruments metrics, ILogger<BinanceFeed> logger)
{
    /// <summary>Builds a feed; prints carry the scale of the given specifications.</summary>
    public BinanceFeed Create(IReadOnlyList<SymbolSpec> specs) => new(specs, exchange, exchangeClock, memory, options.Value, clock, metrics, logger);
}
