using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Market;

namespace OrleansMarket.Sinks.Influx;

/// <summary>Registers the time series in InfluxDB.</summary>
public static class InfluxServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="ISeriesSink"/>, the spool behind it, the service that drains it and the one that samples market and pipeline, where
    /// <c>Influx:Url</c> is set; else nothing. Needs <see cref="IMarket"/>, <see cref="TimeProvider"/>, logging and metrics. An
    /// <see cref="ISeriesTransport"/> that is registered before is used; else the plain HTTP one. Add it before what concludes, so that it
    /// stops after that.
    /// </summary>
    /// <param name="services">Where to add.</param>
    /// <param name="configuration">Where the settings are.</param>
    /// <param name="origin">What the points come from.</param>
    public static IServiceCollection AddInfluxSeries(this IServiceCollection services, IConfiguration configuration, SeriesOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (string.IsNullOrWhiteSpace(configuration[$"{InfluxOptions.SectionName}:{nameof(InfluxOptions.Url)}"]))
        {
            return services;
        }

        services.AddOptionsWithValidateOnStart<InfluxOptions, InfluxOptionsValidator>().BindConfiguration(InfluxOptions.SectionName);
        services.AddSingleton<IPostConfigureOptions<InfluxOptions>, InfluxSettings>();
        services.TryAddSingleton<ISeriesTransport, HttpSeriesTransport>();
        services.AddSingleton(origin);
        services.AddSingleton<SeriesInstruments>();
        services.AddSingleton<SeriesHealth>();
        services.AddSingleton<SeriesSpool>();
        services.AddSingleton<SeriesSink>();
        services.AddSingleton<ISeriesSink>(provider => provider.GetRequiredService<SeriesSink>());
        services.AddHostedService<SeriesWriter>();
        services.AddHostedService<SeriesSampler>();
        return services;
    }
}
