using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OrleansMarket.Sinks.Influx;
using OrleansMarket.Sinks.Tests.Alerts;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Influx;

namespace OrleansMarket.Sinks.Tests.Influx;

/// <summary>Spool, sink and writer around a transport, and what they log and count.</summary>
internal sealed class SeriesBench : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _counts = new();
    private readonly Meters _meters = new();
    private SeriesWriter? _writer;

    public SeriesBench(TimeProvider? clock = null)
    {
        Clock = clock ?? TimeProvider.System;
        Options.SpoolDirectory = _folder.Path;
        Instruments = new SeriesInstruments(_meters);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (_meters.Owns(instrument.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var key = instrument.Name + string.Concat(tags.ToArray().Select(tag => $" {tag.Value}"));
            _counts.AddOrUpdate(key, value, (_, sum) => instrument.IsObservable ? value : sum + value);
        });
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => _counts[instrument.Name] = (long)value);
        _listener.Start();
    }

    public TimeProvider Clock { get; }

    public InfluxOptions Options { get; } = new()
    {
        Url = "http://127.0.0.1:1",
        Org = InfluxFacade.Org,
        Bucket = InfluxFacade.Bucket,
        Token = InfluxFacade.Token,
        BatchAge = TimeSpan.Zero,
        BackOff = TimeSpan.FromMilliseconds(20),
        MaxBackOff = TimeSpan.FromMilliseconds(200),
        // A server of this machine answers; when it is busy, late.
        Timeout = TimeSpan.FromMinutes(2),
    };

    public SeriesHealth Health { get; } = new();

    public SeriesInstruments Instruments { get; }

    public CapturedLog Log { get; } = new();

    public SeriesSpool Spool { get => field ??= OpenSpool(); private set; }

    public SeriesSink Sink => new(Spool, SeriesSamples.Origin, Microsoft.Extensions.Options.Options.Create(Options), Health, Instruments, Log.For<SeriesSink>());

    public string BadLinesPath => Path.Combine(Options.SpoolDirectory!, BadLines.FileName);

    /// <summary>What a counter has come to, with its tag values behind its name; 0 before its first count.</summary>
    public long Count(string name)
    {
        _listener.RecordObservableInstruments();
        return _counts.GetValueOrDefault(name);
    }

    public async Task StartAsync(ISeriesTransport transport)
    {
        _writer = new SeriesWriter(Spool, transport, Microsoft.Extensions.Options.Options.Create(Options), Health, Instruments, Clock, Log.For<SeriesWriter>());
        await _writer.StartAsync(default);
    }

    public async Task StopAsync()
    {
        if (_writer is { } writer)
        {
            _writer = null;
            await writer.StopAsync(default);
            writer.Dispose();
        }
    }

    /// <summary>Ends writer and spool as a restart would, and opens the spool anew.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        Spool.Dispose();
        Spool = OpenSpool();
    }

    /// <summary>A transport to a facade, as the product makes it.</summary>
    public HttpSeriesTransport To(InfluxFacade facade)
    {
        Options.Url = facade.Address.OriginalString;
        return new HttpSeriesTransport(Microsoft.Extensions.Options.Options.Create(Options), Clock);
    }

    /// <summary>Waits until everything is delivered or set aside.</summary>
    public async Task DrainedAsync()
    {
        try
        {
            await Eventually.BecomesTrueAsync(() => Spool.Describe().Points == 0, "an empty spool", TimeSpan.FromMinutes(3));
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message}; {Health.Describe()}\n{Log}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Spool.Dispose();
        _listener.Dispose();
        _meters.Dispose();
        _folder.Dispose();
    }

    private SeriesSpool OpenSpool() => new(Microsoft.Extensions.Options.Options.Create(Options), Instruments, Clock, Log.For<SeriesSpool>());

    private sealed class Meters : IMeterFactory
    {
        private readonly ConcurrentBag<Meter> _meters = [];

        public bool Owns(Meter meter) => _meters.Contains(meter);

        public Meter Create(MeterOptions options)
        {
            var meter = new Meter(options);
            _meters.Add(meter);
            return meter;
        }

        public void Dispose()
        {
            foreach (var meter in _meters)
            {
                meter.Dispose();
            }
        }
    }
}
