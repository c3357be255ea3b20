using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrleansMarket.Domain;

namespace OrleansMarket.Sinks.Influx;

/// <summary>Measures the time series. Every instrument has a row in <c>docs/metrics.md</c>.</summary>
public sealed class SeriesInstruments
{
    private readonly Meter _meter;
    private readonly Counter<long> _points;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _badLines;
    private readonly Counter<long> _damaged;
    private readonly Counter<long> _spoolFailures;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _requestSeconds;

    /// <summary>Creates the instruments.</summary>
    public SeriesInstruments(IMeterFactory meters)
    {
        _meter = meters.Create(SinkMeter.Name);
        _points = _meter.CreateCounter<long>("market.influx.points", "{point}", "Points that InfluxDB has taken; one sent again counts again.");
        _dropped = _meter.CreateCounter<long>("market.influx.dropped", "{point}", "Points lost, by reason.");
        _badLines = _meter.CreateCounter<long>("market.influx.bad_lines", "{line}", "Lines that InfluxDB refused, set aside with its reason.");
        _damaged = _meter.CreateCounter<long>("market.influx.spool.damaged", "{frame}", "Pieces of the spool that could not be read.");
        _spoolFailures = _meter.CreateCounter<long>("market.influx.spool.failures", "{write}", "Writes to the spool that failed.");
        _requests = _meter.CreateCounter<long>("market.influx.requests", "{request}", "Requests to InfluxDB, by outcome.");
        _requestSeconds = _meter.CreateHistogram<double>("market.influx.request.duration", "s", "Duration of requests to InfluxDB.");
    }

    /// <summary>Shows what waits in the spool.</summary>
    internal void Watch(Func<(long Bytes, long Points, TimeSpan OldestAge)> waiting)
    {
        _meter.CreateObservableGauge("market.influx.spool.size", () => waiting().Bytes, "By", "Bytes on the disk that wait for InfluxDB.");
        _meter.CreateObservableGauge("market.influx.spool.points", () => waiting().Points, "{point}", "Points that wait for InfluxDB.");
        _meter.CreateObservableGauge("market.influx.spool.age", () => waiting().OldestAge.TotalSeconds, "s", "Age of the oldest point that waits for InfluxDB; 0 when none does.");
    }

    /// <summary>Shows losses before there are any: Prometheus sees no increase in a counter that appears with its first.</summary>
    internal void OnStarted()
    {
        _badLines.Add(0);
        foreach (var reason in LossReason.All)
        {
            OnDropped(0, reason);
        }
    }

    internal void OnWritten(long points) => _points.Add(points);

    internal void OnDropped(long points, string reason) => _dropped.Add(points, new TagList { { "market.reason", reason } });

    internal void OnBadLines(long lines) => _badLines.Add(lines);

    internal void OnDamaged(long frames) => _damaged.Add(frames);

    internal void OnSpoolFailed() => _spoolFailures.Add(1);

    internal void OnRequest(SeriesStatus outcome, TimeSpan duration)
    {
        _requests.Add(1, new TagList { { "market.outcome", WireName.Of(outcome) } });
        _requestSeconds.Record(duration.TotalSeconds);
    }
}
