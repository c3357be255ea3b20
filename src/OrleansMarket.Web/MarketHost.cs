using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Web.Commands;
using OrleansMarket.Web.Security;

namespace OrleansMarket.Web;

/// <summary>What every host that serves page and API does alike: addresses, logging, clock, and the words with which it says that it runs.</summary>
public static class MarketHost
{
    /// <summary>
    /// Begins a host beside its settings file. Settings hold from start to stop: all of them are checked at the start, and a file that somebody is
    /// editing changes nothing of a market that runs.
    /// </summary>
    public static WebApplicationBuilder CreateBuilder() => WebApplication.CreateBuilder(new WebApplicationOptions
    {
        ContentRootPath = AppContext.BaseDirectory,
        Args = ["--hostBuilder:reloadConfigOnChange=false"],
    });

    /// <summary>Reads secrets from files, sets addresses, logging to the console (<c>LOG_LEVEL</c>), the time a stop may take, and the clock.</summary>
    /// <exception cref="CommandException">One of them cannot be used.</exception>
    public static WebApplicationBuilder AddMarketHost(this WebApplicationBuilder builder, string urls)
    {
        ListenUrls.Check(urls);
        builder.Configuration.AddSecretFiles();
        builder.WebHost.UseUrls(urls);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.SetMinimumLevel(Levels.Parse("LOG_LEVEL", builder.Configuration["LOG_LEVEL"]));
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.Hosting", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical); // why a start failed is told in one line by whoever started
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(15));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddMetrics();
        return builder;
    }

    /// <summary>Checks every setting, before anything is opened that would have to be closed again.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is outside its range.</exception>
    /// <exception cref="InvalidOperationException">A value is no value of its kind.</exception>
    public static void CheckSettings(this WebApplication app) => app.Services.GetService<IStartupValidator>()?.Validate();

    /// <summary>Starts the host. What has started is stopped again when something else cannot.</summary>
    public static async Task StartWholeAsync(this WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.StopAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>Tells people what runs and where.</summary>
    /// <param name="app">The host; it has started.</param>
    /// <param name="people">Where to tell it.</param>
    /// <param name="source">What feeds the product.</param>
    /// <param name="symbols">The followed symbols.</param>
    /// <param name="data">The data folder, or words for none.</param>
    /// <param name="hasPage">Whether page and API are served, and not only health and metrics.</param>
    /// <param name="more">Further lines: a name of at most eight letters, and what to say.</param>
    public static async Task WelcomeAsync(
        this WebApplication app, TextWriter people, FeedSource source, IReadOnlyList<SymbolSpec> symbols, string data, bool hasPage, params (string Name, string Text)[] more)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var words = source.Kind switch
        {
            FeedKind.Live => $"LIVE from {source.Name}",
            FeedKind.Simulated => $"SIMULATED ({source.Name}): no price here is real",
            _ => $"REPLAY of {source.Name}",
        };
        await people.WriteLineAsync($"OrleansMarket is running: {words}");
        (string Name, string Text)[] lines =
        [
            ("symbols", string.Join(", ", symbols.Select(spec => spec.Symbol))),
            .. hasPage
                ? [("page", string.Join(", ", addresses)), ("API", $"{addresses.FirstOrDefault()}/docs")]
                : new (string, string)[] { ("health", $"{addresses.FirstOrDefault()}/health"), ("metrics", $"{addresses.FirstOrDefault()}/metrics") },
            .. more,
            ("data", data),
            .. hasPage ? [("key", $"{app.Services.GetRequiredService<ApiKey>().Origin} (for everything that changes state)")] : Array.Empty<(string, string)>(),
            ("stop", "Ctrl-C"),
        ];
        foreach (var (name, text) in lines)
        {
            await people.WriteLineAsync($"  {name,-8} {text}");
        }
    }
}
