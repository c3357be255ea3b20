using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Feeds.Binance;
using OrleansMarket.Feeds.Binance.Rest;
using OrleansMarket.Feeds.Prices;
using OrleansMarket.Feeds.Tests.Binance.Rest;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Prices;

namespace OrleansMarket.Feeds.Tests.Prices;

/// <summary>
/// The whole price service over fake sources, on a clock that stands still. A question whose answer is not in the cache ends when every source has answered, or when
/// the test moves the clock beyond the patience.
/// </summary>
internal sealed class PriceBench : IAsyncDisposable
{
    /// <summary>For tests whose clock moves while sources are asked: more time for an answer than they ever let pass. Only where the test says so does anybody not answer.</summary>
    public static readonly (string Name, string Value)[] Patient =
    [
        .. new[] { "Binance", "Coingecko", "Coinbase", "Kraken", "Okx", "Bybit" }.Select(name => ($"Prices:{name}:Timeout", "00:01:00")), ("Feeds:Binance:RestTimeout", "00:05:00"),
    ];

    private readonly ServiceProvider _services;
    private readonly MeterListener _meters = new();
    private readonly Lock _gate = new();
    private readonly List<(string Name, double Value, string Tags)> _measured = [];

    private PriceBench(FakePriceSources sources, ServiceProvider services, ManualTimeProvider clock)
    {
        (Sources, _services, Clock) = (sources, services, clock);
        var factory = services.GetRequiredService<IMeterFactory>();
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Remember(instrument, value, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Remember(instrument, value, tags));
        _meters.Start();
        Prices = services.GetRequiredService<PriceService>();
    }

    public FakePriceSources Sources { get; }

    public ManualTimeProvider Clock { get; }

    public PriceService Prices { get; }

    public MemorySettings Settings => (MemorySettings)_services.GetRequiredService<ISettingsStore>();

    public JobLog Jobs => _services.GetRequiredService<JobLog>();

    public static async Task<PriceBench> StartAsync(params (string Name, string Value)[] settings) => await StartAsync(null, null, null, settings);

    public static async Task<PriceBench> StartAsync(
        IPriceStore? store, IPriceListener? listener, MemorySettings? kept, params (string Name, string Value)[] settings) => await StartAsync(store, listener, kept, null, settings);

    public static async Task<PriceBench> StartAsync(
        IPriceStore? store, IPriceListener? listener, MemorySettings? kept, ISharedPrices? shared, (string Name, string Value)[] settings)
    {
        var clock = new ManualTimeProvider();
        var sources = await FakePriceSources.StartAsync(clock);
        var root = sources.Root.OriginalString;
        var configuration = new Dictionary<string, string?> { ["Prices:FreshFor"] = "00:00:01", ["Feeds:Binance:RestEndpoint"] = root, ["Feeds:Binance:MarketDataRestEndpoint"] = root };
        foreach (var name in (string[])["Coingecko", "Coinbase", "Kraken", "Okx", "Bybit"])
        {
            configuration[$"Prices:{name}:Endpoint"] = root;
            configuration[$"Prices:{name}:RequestsPerSecond"] = "1000";
            configuration[$"Prices:{name}:Burst"] = "1000";
        }

        foreach (var (name, value) in settings)
        {
            configuration[name] = value;
        }

        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(configuration).Build());
        services.AddSingleton<TimeProvider>(clock).AddSingleton<ISettingsStore>(kept ?? new MemorySettings()).AddLogging().AddMetrics();
        if (store is not null)
        {
            services.AddSingleton(store);
        }

        if (shared is not null)
        {
            services.AddSingleton(shared);
        }

        if (listener is not null)
        {
            services.AddSingleton(listener);
        }

        services.AddBinance();
        services.AddPrices().AddBinancePrices(provider => provider.GetRequiredService<BinanceRestClient>()).AddPublicPrices();
        return new PriceBench(sources, services.BuildServiceProvider(), clock);
    }

    public async Task<AssetPrice> GetAsync(string asset = "BTC") => (await Prices.GetAsync([asset], CancellationToken.None))[0];

    /// <summary>Gets by how much a clock moves at a time where it has to move while sources are asked: no faster than the one on the wall.</summary>
    public static TimeSpan Step { get; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Asks while the clock moves: Binance's transport repeats a failed request after a pause of its own.</summary>
    public async Task<AssetPrice> GetPatientlyAsync()
    {
        var asking = GetAsync();
        await Eventually.BecomesTrueAsync(
            () =>
            {
                Clock.Advance(Step);
                return asking.IsCompleted;
            },
            "an answer");
        return await asking;
    }

    public async Task<SourcePrice> RowAsync(string source, string asset = "BTC") => (await GetAsync(asset)).Quotes.Single(quote => quote.Source == source);

    public async Task<PriceSourceStatus> StatusAsync(string source) => (await Prices.DescribeAsync(CancellationToken.None)).Sources.Single(status => status.Source == source);

    /// <summary>The sum of what an instrument has measured with these tags.</summary>
    public double Measured(string name, params (string Key, string Value)[] tags)
    {
        lock (_gate)
        {
            return _measured.Where(measured => measured.Name == name && tags.All(tag => measured.Tags.Contains($"{tag.Key}={tag.Value};", StringComparison.Ordinal))).Sum(measured => measured.Value);
        }
    }

    /// <summary>Lets observable instruments speak.</summary>
    public void Observe() => _meters.RecordObservableInstruments();

    public async ValueTask DisposeAsync()
    {
        _meters.Dispose();
        await Sources.DisposeAsync();
        await _services.DisposeAsync();
    }

    private void Remember(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = "";
        foreach (var tag in tags)
        {
            text += $"{tag.Key}={tag.Value};";
        }

        lock (_gate)
        {
            _measured.Add((instrument.Name, value, text));
        }
    }
}
