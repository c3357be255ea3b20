using System.CommandLine;
using Microsoft.Extensions.Options;
using Orleans.Providers;
using Orleans.Storage;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Rest;
using OrleansMarket.Feeds.Sources;
using OrleansMarket.Silo.Hosting;
using OrleansMarket.Silo.Redis;
using OrleansMarket.Silo.Streams;
using OrleansMarket.Sinks.Influx;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Sinks.TradeLog;
using OrleansMarket.Web;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Silo.Import;

/// <summary><c>import</c>: brings what a data folder holds into the Redis of a cluster.</summary>
internal static class ImportCommand
{
    private const string Live = "live";

    public static Command Create()
    {
        var from = new Option<string>("--from")
        {
            Description = "The data folder of the standalone host, or of a silo that was alone; nothing may run on it",
            HelpName = "DIR",
            Required = true,
        };
        var withoutEngines = new Option<bool>("--without-engines") { Description = "Bring candles, whales, alerts and the rest, and let the cluster's engines go on as they are" };
        var command = new Command("import", "Bring what a data folder holds into the cluster that the settings name (Cluster__Redis). Safe to run again.") { from, withoutEngines }
            .WithExamples("import --from data", "import --from /var/lib/orleans-market --without-engines");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await RunAsync(parsed.GetRequiredValue(from), !parsed.GetValue(withoutEngines), parsed.InvocationConfiguration.Output, cancellationToken);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The folder with the database: the one given, or what was live in it.</summary>
    private static string Locate(string folder) =>
        new[] { Path.Combine(folder, Live), folder }.FirstOrDefault(candidate => File.Exists(Path.Combine(candidate, MarketDatabase.FileName)))
        ?? throw new MarketStartException(
            $"--from: expected a data folder with {Path.Combine(Live, MarketDatabase.FileName)} or {MarketDatabase.FileName}, found none in {Path.GetFullPath(folder)}");

    private static async Task RunAsync(string folder, bool withEngines, TextWriter people, CancellationToken cancellationToken)
    {
        var data = Locate(folder);
        var builder = MarketHost.CreateBuilder();
        builder.AddMarketHost("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var redis = builder.Configuration.GetSection(RedisOptions.SectionName).Get<RedisOptions>() ?? new RedisOptions();
        if (!redis.IsSet)
        {
            throw new MarketStartException("Cluster:Redis: expected the Redis of the cluster to import into, found none: a silo that is alone goes on in the folder itself (--data)");
        }

        var cluster = ClusterSettings.Read(builder.Configuration, isAlone: false);
        await using var connection = await redis.ConnectAsync();

        // The parts of a silo, none of which is started: grain storage as the silos have it.
        builder.AddSilo(cluster, redis, new StreamOptions(), connection);
        builder.Services.AddRedisStores(connection, cluster.ServiceId);
        await using var parts = builder.Build();
        var services = parts.Services;
        await using var database = MarketDatabase.Open(
            Options.Create(new StorageOptions { DataDirectory = data }), services.GetRequiredService<StorageInstruments>(), TimeProvider.System,
            services.GetRequiredService<ILogger<MarketDatabase>>());
        await RunningSilos.RefuseAsync(services.GetRequiredService<IMembershipTable>(), TimeProvider.System.GetUtcNow());
        await people.WriteLineAsync($"from {Path.GetFullPath(data)} into {string.Join(", ", connection.GetEndPoints().Select(endpoint => endpoint.ToString()))}");

        var states = new GrainStates(await StorageAsync(services, cancellationToken));
        var stores = new ClusterStores(
            services.GetRequiredService<ISymbolSpecStore>(), services.GetRequiredService<ICandleStore>(), services.GetRequiredService<IWhaleStore>(),
            services.GetRequiredService<IGapStore>(), services.GetRequiredService<IAlertStore>(), services.GetRequiredService<IDeadLetterStore>(),
            services.GetRequiredService<IPortfolioStore>(), new RedisPriceStore(services.GetRequiredService<RedisStore>(), new PriceKeys(cluster.ServiceId, FeedKind.Live)),
            new EngineStorage(states));
        var counts = await new MarketImport(database, stores, EngineSettings.Read(builder.Configuration), people).RunAsync(withEngines, cancellationToken);
        var access = new[] { folder, Path.GetDirectoryName(Path.GetFullPath(data))! }.Select(place => Path.Combine(place, AccessFile.Name)).FirstOrDefault(File.Exists);
        if (access is not null)
        {
            using var memory = new AccessMemory(new AccessFile(access), TimeProvider.System, services.GetRequiredService<ILogger<AccessMemory>>());
            await memory.RestoreAsync([], cancellationToken);
            if (memory.Block.Remaining > TimeSpan.Zero)
            {
                var isBrought = await new ExitBan(states, cluster.Exit).ExtendAsync(memory.BlockedUntil, memory.Block.Reason);
                counts.Add("bans", isBrought ? 1 : 0, isBrought ? 0 : 1);
            }
        }

        foreach (var line in counts.Lines())
        {
            await people.WriteLineAsync(line);
        }

        foreach (var line in LeftIn(data, access))
        {
            await people.WriteLineAsync(line);
        }
    }

    /// <summary>What is a matter of files, and where they belong.</summary>
    private static IEnumerable<string> LeftIn(string data, string? access)
    {
        if (access is not null)
        {
            yield return $"what the exchange said of this machine's access stays in {access}: copy that file to the data folder of every silo that leaves by the same address";
        }

        if (Directory.Exists(Path.Combine(data, FileTradeLog.DirectoryName)))
        {
            yield return $"raw trades stay in {Path.Combine(data, FileTradeLog.DirectoryName)}: copy that folder to {Path.Combine(Live, FileTradeLog.DirectoryName)} in the data folder of every silo with the ingress role";
        }

        if (Directory.Exists(Path.Combine(data, InfluxOptions.SpoolDirectoryName)))
        {
            yield return $"points that wait for InfluxDB stay in {Path.Combine(data, InfluxOptions.SpoolDirectoryName)}: copy that folder to {Path.Combine(Live, InfluxOptions.SpoolDirectoryName)} in the data folder of one silo with the market role";
        }
    }

    /// <summary>The grain storage, connected.</summary>
    private static async Task<IGrainStorage> StorageAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var storage = services.GetRequiredKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME);
        if (storage is ILifecycleParticipant<ISiloLifecycle> participant)
        {
            var lifecycle = ActivatorUtilities.CreateInstance<SiloLifecycleSubject>(services);
            participant.Participate(lifecycle);
            await lifecycle.OnStart(cancellationToken);
        }

        return storage;
    }
}
