using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Web.Alerts;
using OrleansMarket.Web.Api;
using OrleansMarket.Web.Candles;
using OrleansMarket.Web.DeadLetters;
using OrleansMarket.Web.Gaps;
using OrleansMarket.Web.Health;
using OrleansMarket.Web.Info;
using OrleansMarket.Web.Jobs;
using OrleansMarket.Web.Json;
using OrleansMarket.Web.Metrics;
using OrleansMarket.Web.OpenApi;
using OrleansMarket.Web.Page;
using OrleansMarket.Web.Pipeline;
using OrleansMarket.Web.Portfolio;
using OrleansMarket.Web.Prices;
using OrleansMarket.Web.Security;
using OrleansMarket.Web.Streaming;
using OrleansMarket.Web.Symbols;
using OrleansMarket.Web.Trades;
using OrleansMarket.Web.Whales;

namespace OrleansMarket.Web;

/// <summary>
/// API and page, for any host: <see cref="AddMarketWeb"/> beside the host's <c>IMarket</c>, <c>IAlertDesk</c> and <c>IDeadLetterDesk</c> (and <c>IPrices</c> and <c>IPortfolios</c>, without which there are none),
/// then <see cref="MapMarketWeb"/> on the built application.
/// </summary>
public static class MarketWeb
{
    /// <summary>Adds what API and page need. Settings: section <c>Web</c>; <c>API_KEY</c>, <c>API_KEY_FILE</c> and <c>ALLOWED_HOSTS</c> on top.</summary>
    public static IServiceCollection AddMarketWeb(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<MarketWebOptions>().BindConfiguration(MarketWebOptions.SectionName);
        services.AddSingleton<IValidateOptions<MarketWebOptions>, MarketWebOptionsValidator>();
        services.AddSingleton<IConfigureOptions<MarketWebOptions>, WellKnownSettings>();
        services.TryAddSingleton(TimeProvider.System);
        services.ConfigureHttpJsonOptions(options => MarketJson.Configure(options.SerializerOptions));

        services.Configure<KestrelServerOptions>(options => options.AddServerHeader = false);

        services.AddSingleton<ApiKey>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<FailedAttempts>();
        services.AddSingleton<KeyGate>();
        services.AddSingleton<HostGuard>();
        services.AddSingleton<StreamSlots>();
        services.AddSingleton<PageFiles>();
        services.TryAddSingleton<JobLog>();
        services.TryAddSingleton<IJobs>(provider => provider.GetRequiredService<JobLog>());
        services.AddRateLimiter(_ => { });
        services.AddSingleton<IConfigureOptions<RateLimiterOptions>, RequestBudget>();
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true; // Answers hold no secrets: the cookie is in a header.
            options.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, Problems.ContentType];
        });
        services.AddExceptionHandler<FaultHandler>();
        services.AddMarketOpenApi();
        services.AddMarketMetrics();
        return services;
    }

    /// <summary>Puts the guards in place and maps every endpoint.</summary>
    public static WebApplication MapMarketWeb(this WebApplication app)
    {
        var api = app.MapGuarded();
        app.UseMarketDocs();
        api.MapSymbols();
        api.MapCandles();
        api.MapTrades();
        api.MapWhales();
        api.MapStream();
        api.MapAlerts();
        api.MapAlertRules();
        api.MapSilences();
        api.MapGaps();
        api.MapDeadLetters();
        api.MapPipeline();
        api.MapJobs();
        var known = app.Services.GetRequiredService<IServiceProviderIsService>();
        if (known.IsService(typeof(IPrices)))
        {
            api.MapPrices();
        }

        if (known.IsService(typeof(IPortfolios)))
        {
            api.MapPortfolios();
        }

        api.MapHealth();
        api.MapSession();
        app.MapInfo();
        app.MapMetrics();
        app.MapMarketOpenApi();
        app.MapPage();
        _ = app.Services.GetRequiredService<ApiKey>();
        return app;
    }

    /// <summary>Puts the guards in place and maps what an operator asks of a server that is not there for people: health and metrics.</summary>
    public static WebApplication MapMarketHealth(this WebApplication app)
    {
        app.MapGuarded().MapHealth();
        app.MapMetrics();
        return app;
    }

    private static RouteGroupBuilder MapGuarded(this WebApplication app)
    {
        app.UseExceptionHandler(_ => { });
        app.UseHostGuard();
        app.UseSecurityHeaders();
        app.UseStatusCodePages(context => Problems.OfStatus(context.HttpContext.Response.StatusCode).ExecuteAsync(context.HttpContext));
        app.UseRateLimiter();
        app.UseResponseCompression();
        _ = app.Services.GetRequiredService<MeterProvider>();
        _ = app.Services.GetRequiredService<JobInstruments>();
        return app.MapGroup("").AddEndpointFilter(RefuseUnknownParametersAsync);
    }

    private static ValueTask<object?> RefuseUnknownParametersAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        ApiQuery.Read(context.HttpContext).IsWrong(out var problem) ? ValueTask.FromResult<object?>(problem) : next(context);
}
