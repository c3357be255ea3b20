using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Prices;
using OrleansMarket.Sinks.Sqlite;
using StackExchange.Redis;

namespace OrleansMarket.Silo.Redis;

/// <summary>Lets the silos of a cluster share a Redis.</summary>
public static class RedisSiloBuilderExtensions
{
    /// <summary>Keeps membership, grain state and reminders there, all over one connection; where grains are only when the options say so.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="options">The settings.</param>
    /// <param name="storageNames">The names under which grains ask for storage.</param>
    public static ISiloBuilder UseRedis(this ISiloBuilder silo, IConnectionMultiplexer connection, RedisOptions options, params IEnumerable<string> storageNames)
    {
        var client = options.ToClient();
        silo.UseRedisClustering(redis =>
        {
            redis.ConfigurationOptions = client;
            redis.CreateMultiplexer = _ => Shared();
        });
        silo.UseRedisReminderService(redis =>
        {
            redis.ConfigurationOptions = client;
            redis.CreateMultiplexer = _ => Shared();
        });
        foreach (var name in storageNames)
        {
            silo.AddRedisGrainStorage(name, redis =>
            {
                redis.ConfigurationOptions = client;
                redis.CreateMultiplexer = _ => Shared();
            });
        }

        if (options.RedisGrainDirectory)
        {
            silo.UseRedisGrainDirectoryAsDefault((Orleans.Configuration.RedisGrainDirectoryOptions redis) =>
            {
                redis.ConfigurationOptions = client;
                redis.CreateMultiplexer = _ => Shared();
            });
        }

        return silo;

        Task<(IConnectionMultiplexer Multiplexer, bool IsShared)> Shared() => Task.FromResult((connection, true));
    }

    /// <summary>Adds candle, whale, gap, dead letter, alert, specification, settings and portfolio store on the shared server.</summary>
    /// <param name="services">The services; <see cref="TimeProvider"/> and metrics are there.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="service">What every key begins with.</param>
    public static IServiceCollection AddRedisStores(this IServiceCollection services, IConnectionMultiplexer connection, string service)
    {
        services.AddOptionsWithValidateOnStart<RetentionOptions, RetentionOptionsValidator>().BindConfiguration(RetentionOptions.SectionName);
        services.TryAddSingleton<StorageInstruments>();
        services.AddSingleton(connection);
        services.AddSingleton(new RedisStore(connection, service));
        services.AddSingleton<RedisCandleStore>();
        services.AddSingleton<ICandleStore>(provider => provider.GetRequiredService<RedisCandleStore>());
        services.AddSingleton<IWhaleStore, RedisWhaleStore>();
        services.AddSingleton<IGapStore, RedisGapStore>();
        services.AddSingleton<IDeadLetterStore, RedisDeadLetterStore>();
        services.AddSingleton<IAlertStore, RedisAlertStore>();
        services.AddSingleton<ISymbolSpecStore, RedisSymbolSpecStore>();
        services.AddSingleton<ISettingsStore, RedisSettingsStore>();
        services.AddSingleton<IPortfolioStore, RedisPortfolioStore>();
        return services;
    }

    /// <summary>Adds the shared cache of prices and the store of last known ones.</summary>
    /// <param name="services">The services; the stores of <see cref="AddRedisStores"/> and <see cref="TimeProvider"/> are there.</param>
    /// <param name="service">What names the data.</param>
    /// <param name="feed">What feeds the product.</param>
    public static IServiceCollection AddRedisPrices(this IServiceCollection services, string service, FeedSource feed)
    {
        services.AddSingleton(new PriceKeys(service, feed.Kind));
        services.AddSingleton<IPriceStore, RedisPriceStore>();
        services.AddSingleton(provider => new RedisPriceCache(
            provider.GetRequiredService<RedisStore>(), provider.GetRequiredService<PriceKeys>(), feed, provider.GetRequiredService<IOptions<PriceOptions>>().Value.FreshFor,
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
