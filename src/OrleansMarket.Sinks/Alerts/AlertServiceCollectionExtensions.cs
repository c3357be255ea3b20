using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Sinks.Slack;

namespace OrleansMarket.Sinks.Alerts;

/// <summary>Registers what tells and manages alerts.</summary>
public static class AlertServiceCollectionExtensions
{
    /// <summary>
    /// Adds the alert desk, the outputs that are configured (<c>Alerts</c>, <c>Alerts:Slack</c>) and the service that serves them. Needs
    /// <see cref="IAlertStore"/>, <see cref="IEngines"/>, <see cref="TimeProvider"/>, logging and metrics; an <see cref="IRulePreviewer"/> where history is kept.
    /// </summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services)
    {
        services.AddAlertDelivery();
        services.TryAddSingleton<IAlertDesk>(provider => new AlertDesk(
            provider.GetRequiredService<IAlertStore>(), provider.GetRequiredService<IEngines>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetService<IRulePreviewer>()));
        return services;
    }

    /// <summary>Adds the outputs and the service that serves them, without the desk.</summary>
    public static IServiceCollection AddAlertDelivery(this IServiceCollection services) =>
        services.AddAlertOutputs().AddHostedService(provider => provider.GetRequiredService<AlertDeliveryService>());

    /// <summary>Adds the outputs, and as <see cref="IAlertDelivery"/> what serves them; somebody has to run it.</summary>
    public static IServiceCollection AddAlertOutputs(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<AlertOptions, AlertOptionsValidator>().BindConfiguration(AlertOptions.SectionName);
        services.AddOptionsWithValidateOnStart<SlackOptions, SlackOptionsValidator>().BindConfiguration(SlackOptions.SectionName);
        services.AddSingleton<SlackSettings>();
        services.AddSingleton<IConfigureOptions<SlackOptions>>(provider => provider.GetRequiredService<SlackSettings>());
        services.AddSingleton<IPostConfigureOptions<SlackOptions>>(provider => provider.GetRequiredService<SlackSettings>());
        services.TryAddSingleton<AlertInstruments>();
        services.TryAddSingleton<AlertDeliveryStatus>();
        services.TryAddSingleton<AlertTraces>();
        services.TryAddSingleton<IAlertTraces>(provider => provider.GetRequiredService<AlertTraces>());
        services.TryAddSingleton<AlertChannels>();
        services.TryAddSingleton<JobLog>();
        services.AddSingleton(provider => new AlertDeliveryService(
            provider.GetRequiredService<IAlertStore>(), provider.GetRequiredService<AlertChannels>().All, provider.GetRequiredService<IOptions<AlertOptions>>(),
            provider.GetRequiredService<AlertDeliveryStatus>(), provider.GetRequiredService<AlertInstruments>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<Microsoft.Extensions.Logging.ILogger<AlertDeliveryService>>(), provider.GetService<PipelineStats>(), provider.GetRequiredService<AlertTraces>(),
            provider.GetRequiredService<JobLog>()));
        services.AddSingleton<IAlertDelivery>(provider => provider.GetRequiredService<AlertDeliveryService>());
        return services;
    }
}
