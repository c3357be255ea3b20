using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Feeds.Binance.Rest;
using OrleansMarket.Feeds.Prices.Sources;

namespace OrleansMarket.Feeds.Prices;

/// <summary>Registers prices.</summary>
public static class PriceServiceCollectionExtensions
{
    private const int LongestAnswer = 1024 * 1024;
    private const int MostConnections = 4;

    /// <summary>
    /// Adds the checked <see cref="PriceOptions"/> and <see cref="PriceService"/> as <see cref="IPrices"/>, over the sources that are registered. The host adds
    /// <see cref="TimeProvider"/>, logging and metrics, if it likes an <see cref="IPriceStore"/>, an <see cref="ISettingsStore"/>, <see cref="ISharedPrices"/> and <see cref="IPriceListener"/>s, and runs
    /// <see cref="PriceService.RunAsync"/>, or its parts where prices are shared.
    /// </summary>
    public static IServiceCollection AddPrices(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PriceOptions, PriceOptionsValidator>().BindConfiguration(PriceOptions.SectionName);
        services.TryAddSingleton<JobLog>();
        services.TryAddSingleton<CacheCounters>();
        services.TryAddSingleton<PriceInstruments>();
        services.TryAddSingleton(provider => new PriceService(
            provider.GetServices<PriceSourceFactory>().Select(factory => factory.Create(provider)).OfType<IPriceSource>(), provider.GetRequiredService<IOptions<PriceOptions>>(),
            provider.GetRequiredService<JobLog>(), provider.GetRequiredService<CacheCounters>(), provider.GetRequiredService<PriceInstruments>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>(), provider.GetServices<IPriceListener>(),
            provider.GetService<IPriceStore>(), provider.GetService<ISettingsStore>(), provider.GetService<ISharedPrices>()));
        services.TryAddSingleton<IPrices>(provider => provider.GetRequiredService<PriceService>());
        services.TryAddSingleton<IPricePolling>(provider => provider.GetRequiredService<PriceService>());
        return services;
    }

    /// <summary>Adds our own trades as a source. Needs <see cref="IMarket"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="venue">Where the trades are made: <c>binance</c>, or the name of what stands in for it.</param>
    public static IServiceCollection AddMarketPrices(this IServiceCollection services, string venue) => services.AddSource(
        options => options.Stream,
        (provider, options) => new MarketSource(
            options.Profile(PriceSourceNames.Stream, venue, venue == PriceSourceNames.Binance ? PriceRule.Binance : PriceRule.Exchange), provider.GetRequiredService<IMarket>(), provider.GetRequiredService<TimeProvider>()));

    /// <summary>Adds Binance's API as a source, by the client that everything else uses, so that one budget counts.</summary>
    public static IServiceCollection AddBinancePrices(this IServiceCollection services, Func<IServiceProvider, BinanceRestClient> client) => services.AddSource(
        options => options.Binance,
        (provider, options) => new BinanceSource(
            options.Profile(PriceSourceNames.Binance, PriceSourceNames.Binance, PriceRule.Binance), client(provider), provider.GetRequiredService<TimeProvider>()));

    /// <summary>Adds CoinGecko, Coinbase, Kraken, OKX and Bybit as sources.</summary>
    public static IServiceCollection AddPublicPrices(this IServiceCollection services)
    {
        AddPublic(PriceSourceNames.Coingecko, PriceRule.Coingecko, options => options.Coingecko, (profile, http, clock, options) => new CoingeckoSource(profile, http, clock, options.Coingecko.Ids));
        AddPublic(PriceSourceNames.Coinbase, PriceRule.Exchange, options => options.Coinbase, (profile, http, clock, _) => new CoinbaseSource(profile, http, clock));
        AddPublic(PriceSourceNames.Kraken, PriceRule.Exchange, options => options.Kraken, (profile, http, clock, _) => new KrakenSource(profile, http, clock));
        AddPublic(PriceSourceNames.Okx, PriceRule.Exchange, options => options.Okx, (profile, http, clock, _) => new OkxSource(profile, http, clock));
        AddPublic(PriceSourceNames.Bybit, PriceRule.Exchange, options => options.Bybit, (profile, http, clock, _) => new BybitSource(profile, http, clock));
        return services;

        void AddPublic(string name, PriceRule rank, Func<PriceOptions, PriceSourceOptions> choose, Func<PriceSourceProfile, PriceHttp, TimeProvider, PriceOptions, IPriceSource> create) =>
            services.AddSource(choose, (provider, options) =>
            {
                var (all, clock) = (provider.GetRequiredService<IOptions<PriceOptions>>().Value, provider.GetRequiredService<TimeProvider>());
                var key = options is CoingeckoOptions { ApiKey: { Length: > 0 } secret } ? ("x-cg-demo-api-key", secret) : ((string, string)?)null;
                return create(options.Profile(name, name, rank), new PriceHttp(name, CreateHttpClient(), options, all.UserAgent, clock, key), clock, all);
            });
    }

    private static IServiceCollection AddSource(
        this IServiceCollection services, Func<PriceOptions, PriceSourceOptions> choose, Func<IServiceProvider, PriceSourceOptions, IPriceSource> create) =>
        services.AddSingleton(new PriceSourceFactory(provider =>
        {
            var options = choose(provider.GetRequiredService<IOptions<PriceOptions>>().Value);
            return options.Enabled ? create(provider, options) : null;
        }));

    private static HttpClient CreateHttpClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        MaxConnectionsPerServer = MostConnections,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // so that a changed address is noticed
        UseCookies = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // each request has its own
        MaxResponseContentBufferSize = LongestAnswer,
    };

    /// <summary>Builds a source once the settings are known; <see langword="null"/> when it is switched off.</summary>
    private sealed record PriceSourceFactory(Func<IServiceProvider, IPriceSource?> Create);
}
