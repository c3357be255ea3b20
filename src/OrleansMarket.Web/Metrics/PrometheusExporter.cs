using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OrleansMarket.Web.Metrics;

/// <summary>Turns one collection of the OpenTelemetry SDK into text, when somebody scrapes.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly Lock _lock = new();
    private string _text = "";

    /// <summary>Gets or sets how to collect; the SDK sets it.</summary>
    public Func<int, bool>? Collect { get; set; }

    /// <summary>Collects everything now and answers with the exposition.</summary>
    /// <exception cref="InvalidOperationException">The SDK could not collect.</exception>
    public string Scrape()
    {
        lock (_lock)
        {
            // Without a limit: the SDK cannot be interrupted, it would only throw a late answer away. How long to wait is for the scraper to decide.
            if (Collect?.Invoke(Timeout.Infinite) != true)
            {
                throw new InvalidOperationException("expected the metrics to be collected, and they were not");
            }

            return _text;
        }
    }

    /// <inheritdoc/>
    public override ExportResult Export(in Batch<Metric> batch)
    {
        var writer = new PrometheusWriter();
        foreach (var metric in batch)
        {
            writer.Add(metric);
        }

        _text = writer.Finish();
        return ExportResult.Success;
    }
}
