using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Alerts;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Sinks.TradeLog;
using OrleansMarket.Standalone.Serving.Sources;
using OrleansMarket.Web;
using OrleansMarket.Web.Security;

namespace OrleansMarket.Standalone.Serving;

/// <summary>Composes the product in one process.</summary>
internal static class ServeHost
{
    /// <summary>Runs until stopped. Settings that a person cannot have meant are a <see cref="MarketStartException"/>.</summary>
    public static async Task RunAsync(ServeSettings settings, TextWriter people, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddSecretFiles();
        builder.WebHost.UseUrls(settings.Urls);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.SetMinimumLevel(builder.Configuration.GetValue("LOG_LEVEL", LogLevel.Information));
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.Hosting", LogLevel.Warning);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(15));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddMetrics();

        using var loggers = LoggerFactory.Create(logging => logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddSimpleConsole(console => console.SingleLine = true));
        using var sources = new SourceChooser(settings, builder.Configuration, TimeProvider.System, loggers);
        var parts = await sources.ChooseAsync(cancellationToken);
        var data = Path.Combine(settings.DataDirectory, FolderOf(parts.Source));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:DataDirectory"] = data,
            ["Web:DataDirectory"] = settings.DataDirectory,
        });

        builder.Services.AddSqliteStorage();
        builder.Services.AddTradeLog();
        builder.Services.AddSingleton(parts);
        builder.Services.AddSingleton<MarketRuntime>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<MarketRuntime>());
        builder.Services.AddSingleton<IMarket>(provider => provider.GetRequiredService<MarketRuntime>().Queries);
        builder.Services.AddSingleton<IEngines>(provider => provider.GetRequiredService<MarketRuntime>().Router);
        builder.Services.AddSingleton<IDeadLetterDesk, DeadLetterDesk>();
        builder.Services.AddSingleton<IRulePreviewer, RulePreviewer>();
        builder.Services.AddAlerts();
        builder.Services.AddMarketWeb();

        await using var app = builder.Build();
        var runtime = app.Services.GetRequiredService<MarketRuntime>();
        await runtime.PrepareAsync(cancellationToken);
        app.MapMarketWeb();
        await app.StartAsync(cancellationToken);
        await WelcomeAsync(people, app, parts, runtime, data);
        await app.WaitForShutdownAsync(cancellationToken);
    }

    /// <summary>Simulated markets of other settings have other ids: the state of one means nothing to another.</summary>
    private static string FolderOf(FeedSource source) => source.Kind switch
    {
        FeedKind.Live => "live",
        FeedKind.Simulated => source.Name,
        _ => "replay",
    };

    private static async Task WelcomeAsync(TextWriter people, WebApplication app, MarketParts parts, MarketRuntime runtime, string data)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var source = parts.Source.Kind switch
        {
            FeedKind.Live => $"LIVE from {parts.Source.Name}",
            FeedKind.Simulated => $"SIMULATED ({parts.Source.Name}): no price here is real",
            _ => $"REPLAY of {parts.Source.Name}",
        };
        await people.WriteLineAsync($"OrleansMarket is running: {source}");
        await people.WriteLineAsync($"  symbols  {string.Join(", ", runtime.Router.Symbols.Select(spec => spec.Symbol))}");
        await people.WriteLineAsync($"  page     {string.Join(", ", addresses)}");
        await people.WriteLineAsync($"  API      {addresses.FirstOrDefault()}/docs");
        await people.WriteLineAsync($"  data     {Path.GetFullPath(data)}");
        await people.WriteLineAsync($"  key      {app.Services.GetRequiredService<ApiKey>().Origin} (for everything that changes state)");
        await people.WriteLineAsync("  stop     Ctrl-C");
    }
}
