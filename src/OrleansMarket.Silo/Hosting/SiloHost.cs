using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance;
using OrleansMarket.Feeds.Sources;
using OrleansMarket.Grains.Ingress;
using OrleansMarket.Grains.Placement;
using OrleansMarket.Grains.Silos;
using OrleansMarket.Silo.Exchange;
using OrleansMarket.Silo.Redis;
using OrleansMarket.Silo.Streams;
using OrleansMarket.Silo.Telemetry;
using OrleansMarket.Web;

namespace OrleansMarket.Silo.Hosting;

/// <summary>Composes a silo: alone with everything in one process, or one of a cluster that shares a Redis.</summary>
internal static class SiloHost
{
    /// <summary>Runs until stopped.</summary>
    /// <exception cref="MarketStartException">A setting or the source cannot be used.</exception>
    /// <exception cref="CorrectableException">A setting of the cluster is wrong.</exception>
    public static async Task RunAsync(SiloSettings settings, TextWriter people, CancellationToken cancellationToken)
    {
        using var nothing = settings.KeepsNothing ? new PassingFolder() : null;
        var folder = nothing?.Path ?? settings.Source.DataDirectory;
        var builder = MarketHost.CreateBuilder();
        builder.AddMarketHost(settings.Urls);
        builder.Logging.AddFilter("Orleans.", LogLevel.Warning).AddFilter("Microsoft.Orleans", LogLevel.Warning).AddFilter(typeof(SiloService).FullName, LogLevel.Warning);

        var redis = builder.Configuration.GetSection(RedisOptions.SectionName).Get<RedisOptions>() ?? new RedisOptions();
        if (!redis.IsSet || settings.Source.Kind == SourceKind.File)
        {
            // Unless told otherwise: shards spread the feed over silos, and a recording is one.
            builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = [new($"{IngressOptions.SectionName}:{nameof(IngressOptions.Shards)}", "1")] });
        }

        var cluster = ClusterSettings.Read(builder.Configuration, isAlone: !redis.IsSet);
        cluster.CheckPorts();
        var streams = StreamSettings.Read(builder.Configuration, redis, StreamSettings.HasEventHubs);
        var (isIngress, isWeb) = (cluster.RoleList.Contains(SiloRoles.Ingress), cluster.RoleList.Contains(SiloRoles.Web));
        await using var connection = redis.IsSet ? await redis.ConnectAsync() : null;
        var engine = EngineSettings.Read(builder.Configuration);
        var telemetry = TelemetrySettings.Read(builder.Configuration);

        using var loggers = LoggerFactory.Create(logging => logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddSimpleConsole(console => console.SingleLine = true));
        var budget = new SharedExchangeBudget(new ExchangeBudget(TimeProvider.System, new BinanceFeedOptions().WeightPerMinute));
        using var sources = new SourceChooser(settings.Source with { DataDirectory = folder }, builder.Configuration, TimeProvider.System, loggers, services => services.AddBinanceNet(budget));
        var parts = await sources.ChooseAsync(cancellationToken);
        var data = Path.Combine(folder, parts.Source.ToFolder());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:DataDirectory"] = data,
            ["Web:DataDirectory"] = folder,
        });

        builder.AddSilo(cluster, redis, streams, connection);
        builder.AddStores(cluster, connection);
        builder.AddTelemetry(telemetry, cluster.Name);
        builder.AddMarket(parts, engine, isIngress, isWeb, isAlone: connection is null);
        builder.AddSinksAndPrices(parts, cluster, isAlone: connection is null);
        builder.Services.AddMarketWeb();

        await using var app = builder.Build();
        app.CheckSettings();
        if (isIngress)
        {
            var followed = await parts.FollowAsync(app.Services.GetRequiredService<ISymbolSpecStore>(), cancellationToken);
            app.Services.GetRequiredService<LocalMarket>().Follow(parts.Source, followed);
        }

        if (connection is not null)
        {
            var web = app.Services.GetRequiredService<IOptions<MarketWebOptions>>().Value;
            await SharedApiKey.CheckAsync(app.Services.GetRequiredService<RedisStore>(), web, cancellationToken);
        }

        if (isWeb)
        {
            app.MapMarketWeb();
            app.MapDashboard();
        }
        else
        {
            app.MapMarketHealth();
        }

        await app.StartWholeAsync(cancellationToken);
        if (connection is not null)
        {
            budget.Join(ActivatorUtilities.CreateInstance<ClusterExchangeBudget>(app.Services, cluster.Exit));
        }

        var pipeline = app.Services.GetRequiredService<SiloPipeline>();
        await app.WelcomeAsync(
            people, pipeline.Source, pipeline.Symbols, nothing is null ? Path.GetFullPath(data) : "none: everything is gone after the stop", isWeb,
            [
                .. isWeb ? [("silos", $"{app.Urls.FirstOrDefault()}{Dashboard.Path}/")] : Array.Empty<(string, string)>(),
                ("silo", connection is null ? "alone" : $"{string.Join(", ", cluster.RoleList)} in {cluster.ClusterId}"),
            ]);
        await app.WaitForShutdownAsync(cancellationToken);
    }
}
