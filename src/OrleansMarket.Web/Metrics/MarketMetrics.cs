using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OrleansMarket.Web.Metrics;

/// <summary>What is measured, and <c>/metrics</c> as one reader of it.</summary>
public static class MarketMetrics
{
    private const int MostStreams = 500;

    private static readonly double[] SecondBuckets = [0, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    /// <summary>Chooses meters and views, and adds the reader that serves <c>/metrics</c>. For hosts that build their own provider; others get one.</summary>
    public static MeterProviderBuilder AddMarket(this MeterProviderBuilder builder, IServiceProvider services)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        return builder
            .AddMeter("OrleansMarket.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", OrleansMetrics.MeterName)
            .SetMaxMetricStreams(MostStreams)
            .AddView(instrument => IsOfAnotherHost(instrument, factory) || OrleansMetrics.IsLeftOut(instrument) ? MetricStreamConfiguration.Drop : BucketsFor(instrument))
            .AddReader(new BaseExportingMetricReader(services.GetRequiredService<PrometheusExporter>()) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative });
    }

    /// <summary>Reads the market every few seconds, for readers that come by themselves. A scrape of <c>/metrics</c> reads it anew.</summary>
    public static IServiceCollection AddMarketMetricsRefresh(this IServiceCollection services) => services.AddHostedService<MetricsRefresh>();

    internal static IServiceCollection AddMarketMetrics(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<MarketInstruments>();
        services.AddSingleton<JobInstruments>();
        services.AddSingleton<PrometheusExporter>();
        services.TryAddSingleton(provider => Sdk.CreateMeterProviderBuilder().AddMarket(provider).Build());
        return services;
    }

    // Several hosts may share a process (tests do); each shows its own market and requests.
    private static bool IsOfAnotherHost(Instrument instrument, IMeterFactory factory) =>
        instrument.Meter.Name is MarketInstruments.MeterName or "Microsoft.AspNetCore.Hosting" or "Microsoft.AspNetCore.Server.Kestrel"
        && instrument.Meter.Scope is IMeterFactory other && !ReferenceEquals(other, factory);

    // The SDK's own buckets are made for milliseconds; those of an instrument that brings its own are left alone.
    private static ExplicitBucketHistogramConfiguration? BucketsFor(Instrument instrument) =>
        instrument is Histogram<double> { Unit: "s", Advice: null } ? new() { Boundaries = SecondBuckets } : null;
}
