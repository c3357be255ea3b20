using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Feeds.DeadLetters;
using OrleansMarket.Feeds.Sources;
using OrleansMarket.Sinks.Alerts;
using OrleansMarket.Sinks.Influx;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Sinks.TradeLog;
using OrleansMarket.Web;

namespace OrleansMarket.Standalone.Serving;

/// <summary>Composes the product in one process.</summary>
internal static class ServeHost
{
    /// <summary>Runs until stopped. Settings that a person cannot have meant are a <see cref="MarketStartException"/>.</summary>
    public static async Task RunAsync(ServeSettings settings, TextWriter people, CancellationToken cancellationToken)
    {
        var builder = MarketHost.CreateBuilder();
        builder.AddMarketHost(settings.Urls);
        using var loggers = LoggerFactory.Create(logging => logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddSimpleConsole(console => console.SingleLine = true));
        using var sources = new SourceChooser(settings.Source, builder.Configuration, TimeProvider.System, loggers);
        var parts = await sources.ChooseAsync(cancellationToken);
        var data = Path.Combine(settings.Source.DataDirectory, parts.Source.ToFolder());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:DataDirectory"] = data,
            ["Web:DataDirectory"] = settings.Source.DataDirectory,
        });

        builder.Services.AddSqliteStorage();
        builder.Services.AddTradeLog();
        builder.Services.AddInfluxSeries(builder.Configuration, new SeriesOrigin(parts.Source.Kind));
        builder.Services.AddSingleton(parts);
        builder.Services.AddSingleton(new MarketEvents());
        builder.Services.AddSingleton<PipelineStats>();
        builder.Services.AddSingleton<MarketRuntime>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<MarketRuntime>());
        builder.Services.AddSingleton<IMarket>(provider => provider.GetRequiredService<MarketRuntime>().Queries);
        builder.Services.AddSingleton<IEngines>(provider => provider.GetRequiredService<MarketRuntime>().Router);
        builder.Services.AddSingleton<IDeadLetterDesk, DeadLetterDesk>();
        builder.Services.AddSingleton<IRulePreviewer, RulePreviewer>();
        builder.Services.AddPricesAndPortfolios(parts);
        builder.Services.AddAlerts();
        builder.Services.AddMarketWeb();

        await using var app = builder.Build();
        app.CheckSettings();
        var runtime = app.Services.GetRequiredService<MarketRuntime>();
        await runtime.PrepareAsync(cancellationToken);
        app.MapMarketWeb();
        await app.StartWholeAsync(cancellationToken);
        await app.WelcomeAsync(people, parts.Source, runtime.Router.Symbols, Path.GetFullPath(data), hasPage: true);
        await app.WaitForShutdownAsync(cancellationToken);
    }
}
