using System.Diagnostics.Metrics;

namespace OrleansMarket.Grains.Ingress;

/// <summary>Measures the way from feed to stream. Every instrument has a row in <c>docs/metrics.md</c>.</summary>
public sealed class IngressInstruments
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "OrleansMarket.Ingress";

    private readonly Counter<long> _batches;
    private readonly Counter<long> _trades;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _refused;
    private readonly Histogram<double> _publish;
    private readonly UpDownCounter<int> _owned;
    private readonly Counter<long> _takeovers;

    /// <summary>Creates the instruments.</summary>
    public IngressInstruments(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(MeterName);
        _batches = meter.CreateCounter<long>("market.ingress.batches", "{batch}", "Batches of trades published to the streams.");
        _trades = meter.CreateCounter<long>("market.ingress.trades", "{trade}", "Prints published to the streams.");
        _bytes = meter.CreateCounter<long>("market.ingress.bytes", "By", "Bytes of the batches published.");
        _refused = meter.CreateCounter<long>("market.ingress.publish.refused", "{attempt}", "Attempts to publish that the stream refused and that are made again; the feed waits meanwhile.");
        _publish = meter.CreateHistogram<double>("market.ingress.publish.duration", "s", "Time until the stream took a batch, refusals included.");
        _owned = meter.CreateUpDownCounter<int>("market.ingress.shards", "{shard}", "Shards of the feed that this silo owns.");
        _takeovers = meter.CreateCounter<long>("market.ingress.takeovers", "{takeover}", "Terms begun by this silo: starts and takeovers.");
    }

    internal void OnPublished(int trades, int bytes, TimeSpan duration)
    {
        _batches.Add(1);
        _trades.Add(trades);
        _bytes.Add(bytes);
        _publish.Record(duration.TotalSeconds);
    }

    internal void OnRefused() => _refused.Add(1);

    internal void OnOwned()
    {
        _owned.Add(1);
        _takeovers.Add(1);
    }

    internal void OnReleased() => _owned.Add(-1);
}
