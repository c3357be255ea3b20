using OrleansMarket.Domain;

namespace OrleansMarket.Silo.Telemetry;

/// <summary>
/// Where traces and metrics are sent to: OpenTelemetry's own settings (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, <c>…_TRACES_ENDPOINT</c>, <c>…_METRICS_ENDPOINT</c>,
/// <c>…_PROTOCOL</c>; nowhere while none is set), and how many batches of trades are followed. Section: <c>Telemetry</c>.
/// </summary>
public sealed class TelemetrySettings
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Telemetry";

    /// <summary>The setting with the address for everything.</summary>
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

    /// <summary>Gets or sets the share of the batches of trades that are followed from frame to engine, 0 to 1; alerts are always followed. Default: 0.001.</summary>
    public double TraceShare { get; set; } = 0.001;

    /// <summary>Gets whether traces are sent.</summary>
    public bool SendsTraces { get; private set; }

    /// <summary>Gets whether metrics are sent; they are served at <c>/metrics</c> in any case.</summary>
    public bool SendsMetrics { get; private set; }

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="CorrectableException">One is wrong; the message names it.</exception>
    public static TelemetrySettings Read(IConfiguration configuration)
    {
        var settings = new TelemetrySettings();
        configuration.GetSection(SectionName).Bind(settings);

        if (settings.TraceShare is not (>= 0 and <= 1))
        {
            throw new CorrectableException($"Telemetry:TraceShare: expected a number from 0 to 1, found {settings.TraceShare}");
        }

        var all = IsAddress(configuration, Endpoint);
        settings.SendsTraces = (all | IsAddress(configuration, TracesEndpoint)) && !IsOff(configuration, "OTEL_TRACES_EXPORTER");
        settings.SendsMetrics = (all | IsAddress(configuration, MetricsEndpoint)) && !IsOff(configuration, "OTEL_METRICS_EXPORTER");
        if (configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] is { Length: > 0 } protocol and not ("grpc" or "http/protobuf"))
        {
            throw new CorrectableException($"OTEL_EXPORTER_OTLP_PROTOCOL: expected grpc or http/protobuf, found {protocol}");
        }

        return settings;
    }

    private static bool IsAddress(IConfiguration configuration, string setting)
    {
        if (string.IsNullOrEmpty(configuration[setting]))
        {
            return false;
        }

        // The text itself may hold a password.
        return Uri.TryCreate(configuration[setting], UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? true
            : throw new CorrectableException($"{setting}: expected an address such as http://collector:4317, found another text");
    }

    private static bool IsOff(IConfiguration configuration, string setting) => string.Equals(configuration[setting], "none", StringComparison.OrdinalIgnoreCase);
}
