using System.Reflection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OrleansMarket.Grains.Telemetry;
using OrleansMarket.Sinks.Alerts;
using OrleansMarket.Web.Metrics;

namespace OrleansMarket.Silo.Telemetry;

/// <summary>Traces and metrics of a silo.</summary>
internal static class TelemetryComposition
{
    private const string ServiceName = "orleans-market";

    /// <summary>Adds OpenTelemetry: metrics in any case, traces where somebody takes them.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="settings">Where to send what.</param>
    /// <param name="silo">The silo's name, or nothing for one that is made up.</param>
    public static void AddTelemetry(this WebApplicationBuilder builder, TelemetrySettings settings, string silo)
    {
        var version = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(ServiceName, serviceVersion: version, autoGenerateServiceInstanceId: silo.Length == 0, serviceInstanceId: silo.Length == 0 ? null : silo)
                .AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
            {
                builder.Services.ConfigureOpenTelemetryMeterProvider((provider, configured) => configured.AddMarket(provider));
                if (settings.SendsMetrics)
                {
                    metrics.AddOtlpExporter();
                }
            });
        if (settings.SendsMetrics)
        {
            builder.Services.AddMarketMetricsRefresh();
        }

        if (settings.SendsTraces)
        {
            builder.Services.AddSingleton(new TradeTraces(settings.TraceShare));

            // Only what begins in these sources is followed, so that calls that nobody follows cost nothing.
            telemetry.WithTracing(traces => traces.AddSource(TradeTraces.SourceName, AlertTraces.SourceName).AddOtlpExporter());
        }
    }
}
