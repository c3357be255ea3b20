using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using OrleansMarket.Contracts.Serialization;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.DeadLetters;
using OrleansMarket.Feeds.Prices;
using OrleansMarket.Feeds.Repair;
using OrleansMarket.Feeds.Sources;
using OrleansMarket.Grains.Alerts;
using OrleansMarket.Grains.DeadLetters;
using OrleansMarket.Grains.Ingress;
using OrleansMarket.Grains.Silos;
using OrleansMarket.Grains.Symbols;
using OrleansMarket.Silo.Influx;
using OrleansMarket.Silo.Ingress;
using OrleansMarket.Silo.Prices;
using OrleansMarket.Silo.Redis;
using OrleansMarket.Silo.Storage;
using OrleansMarket.Silo.Streams;
using OrleansMarket.Sinks.Alerts;
using OrleansMarket.Sinks.Influx;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Sinks.TradeLog;
using OrleansMarket.Web.Api;
using StackExchange.Redis;

namespace OrleansMarket.Silo.Hosting;

/// <summary>The parts of a silo, one after the other.</summary>
internal static class SiloComposition
{
    private static readonly TimeSpan ShutdownInCluster = TimeSpan.FromMinutes(2);

    /// <summary>Adds Orleans: membership, grain storage, reminders, streams, roles and Dashboard.</summary>
    public static void AddSilo(this WebApplicationBuilder builder, ClusterSettings cluster, RedisOptions redis, StreamOptions streams, IConnectionMultiplexer? connection)
    {
        builder.Services.AddDomainSerialization();
        builder.Services.AddSingleton(streams);
        builder.UseOrleans(silo =>
        {
            if (connection is null)
            {
                silo.UseLocalhostClustering(cluster.SiloPort ?? FreePort(), cluster.GatewayPort ?? 0, serviceId: cluster.ServiceId, clusterId: cluster.ClusterId);
                silo.UseInMemoryReminderService();
                silo.Services.AddGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (provider, _) => ActivatorUtilities.CreateInstance<StoreGrainStorage>(provider));
            }
            else
            {
                silo.Configure<ClusterOptions>(options => (options.ServiceId, options.ClusterId) = (cluster.ServiceId, cluster.ClusterId));
                var address = cluster.Address.Length > 0 ? IPAddress.Parse(cluster.Address) : OwnAddress.Towards(connection.GetEndPoints()[0]);
                silo.ConfigureEndpoints(
                    address, cluster.SiloPort ?? EndpointOptions.DEFAULT_SILO_PORT,
                    cluster.GatewayPort ?? EndpointOptions.DEFAULT_GATEWAY_PORT, listenOnAnyHostAddress: !IPAddress.IsLoopback(address));
                silo.UseRedis(connection, redis, ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME);
                silo.Services.Configure<HostOptions>(host => host.ShutdownTimeout = cluster.ShutdownTimeout ?? ShutdownInCluster);
            }

            if (cluster.Name.Length > 0)
            {
                silo.Configure<SiloOptions>(options => options.SiloName = cluster.Name);
            }

            silo.AddMarketStreams(streams, connection, connection is null ? null : redis.ToClient());
            silo.UseRoles([.. cluster.RoleList]);
            silo.AddDashboard();
            silo.AddOutgoingGrainCallFilter<NoStatisticsWhileStopping>();
            silo.AddGrainService<SiloService>();
        });
    }

    /// <summary>Adds the stores: the standalone host's file for a silo that is alone, the shared server for a cluster.</summary>
    public static void AddStores(this WebApplicationBuilder builder, ClusterSettings cluster, IConnectionMultiplexer? connection)
    {
        if (connection is null)
        {
            builder.Services.AddSqliteStorage();
        }
        else
        {
            builder.Services.AddRedisStores(connection, cluster.ServiceId);
        }
    }

    /// <summary>Adds feed, engines, what answers questions and what keeps all of it running.</summary>
    public static void AddMarket(this WebApplicationBuilder builder, MarketParts source, EngineOptions engine, bool isIngress, bool isWeb, bool isAlone)
    {
        var services = builder.Services;
        services.AddSingleton(new PassingFault(exception => exception is OrleansException, "a silo that was asked is gone or busy; another takes over"));
        services.AddSingleton(new PassingFault(exception => exception is RedisException, "the stores of the cluster do not answer"));
        services.AddSingleton(source);
        services.AddSingleton(engine);
        services.AddSingleton(new MarketEvents());
        services.AddSingleton<EverySilo>();
        services.AddSingleton<IJobs>(provider => provider.GetRequiredService<EverySilo>());
        services.AddSingleton(DescribeParts);
        services.AddSingleton<PipelineStats>();
        services.AddSingleton<SaveStatus>();
        services.AddSingleton<DeadLetterSender>();
        services.AddSingleton<LocalMarket>();
        services.AddSingleton<SiloPipeline>();
        services.AddSingleton<IPipeline>(provider => provider.GetRequiredService<SiloPipeline>());
        services.AddSingleton<IFollowedSymbols>(provider => provider.GetRequiredService<SiloPipeline>());
        services.AddHostedService(provider => provider.GetRequiredService<SiloPipeline>());
        AddFeed(services, source, isIngress, isAlone);
        services.AddSingleton<ISymbolStart>(provider => new SymbolStart(
            provider.GetRequiredService<ITradeLog>(), provider.GetRequiredService<ICandleStore>(), source.Exchange, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SymbolStart>>()));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SymbolServices>(
            provider, new Func<SymbolSpec, decimal, double>(provider.GetRequiredService<PriceService>().DeviationPercent)));
        services.AddSingleton<IEngines, GrainEngines>();
        services.AddSingleton<IMarket, MarketQueries>();
        services.AddSingleton<IDeadLetterDesk, DeadLetterDesk>();
        services.AddSingleton<IRulePreviewer, RulePreviewer>();
        if (isWeb)
        {
            services.AddHostedService<EventWatch>();
        }

        if (isIngress)
        {
            services.AddHostedService<MarketKeeper>();
        }
    }

    /// <summary>Adds alerts, time series, prices and portfolios.</summary>
    public static void AddSinksAndPrices(this WebApplicationBuilder builder, MarketParts source, ClusterSettings cluster, bool isAlone)
    {
        var services = builder.Services;
        services.AddAlertOutputs();
        services.AddKeyedSingleton<IAlertDesk>(AlertRulesGrain.Local, (provider, _) => new AlertDesk(
            provider.GetRequiredService<IAlertStore>(), provider.GetRequiredService<IEngines>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IRulePreviewer>()));
        services.AddSingleton<IAlertDesk, ClusterAlertDesk>();
        services.AddSingleton<ISeriesTransport, ClientSeriesTransport>();
        services.AddInfluxSeries(builder.Configuration, new SeriesOrigin(source.Source.Kind));
        services.AddSingleton<ISharedPrices, ClusterPrices>();
        if (!isAlone)
        {
            services.AddRedisPrices(cluster.ServiceId, source.Source);
        }

        services.AddPricesAndPortfolios(source);
        services.AddHostedService<PriceRunner>();
    }

    /// <summary>What health shows of saving, alerts and time series.</summary>
    private static PipelineParts DescribeParts(IServiceProvider provider)
    {
        var parts = new PipelineParts { ["storage"] = provider.GetRequiredService<SaveStatus>().Describe };
        parts["alerts"] = provider.GetRequiredService<AlertDeliveryStatus>().Describe;
        if (provider.GetService<SeriesHealth>() is { } series)
        {
            parts["influx"] = series.Describe;
        }

        return parts;
    }

    private static void AddFeed(IServiceCollection services, MarketParts source, bool isIngress, bool isAlone)
    {
        services.AddIngress(isIngress);
        if (isAlone)
        {
            // All raw trades lie here: no shard needs to be asked for them.
            services.AddSingleton<ITradeLog>(provider => provider.GetRequiredService<FileTradeLog>());
        }

        services.AddSingleton<ITradeSink>(provider => new CountedTradeSink(
            new StreamTradeSink(provider.GetRequiredService<IClusterClient>()), provider.GetRequiredService<PipelineStats>()));
        services.AddSingleton<IShardFeeds>(provider => isIngress
            ? new ShardFeeds(provider.GetRequiredService<LocalMarket>().Symbols, source.Feed)
            : new SiloFeeds(provider.GetRequiredService<IFollowedSymbols>()));
    }

    /// <summary>
    /// A port for a silo that nobody else looks for. Not one of those that the system deals out to connections by itself (32768 and up): one of them could have it by the time
    /// the silo listens.
    /// </summary>
    private static int FreePort()
    {
        for (var tried = 0; ; tried++)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(12_000, 20_000));
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException) when (tried < 100)
            {
                // Somebody listens there.
            }
        }
    }
}
