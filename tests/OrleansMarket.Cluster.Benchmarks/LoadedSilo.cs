using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Simulation;
using OrleansMarket.Feeds.Sources;
using OrleansMarket.Grains.Ingress;
using OrleansMarket.Silo.Hosting;
using OrleansMarket.Silo.Redis;
using OrleansMarket.Silo.Streams;
using OrleansMarket.TestKit;
using OrleansMarket.Web;
using StackExchange.Redis;

namespace OrleansMarket.Cluster.Benchmarks;

/// <summary>A silo, composed as the product's own, in this process, whose feed makes its trades itself.</summary>
internal sealed class LoadedSilo : IAsyncDisposable
{
    // Until the last tier of the just-in-time compiler has seen everything, on a machine that does other things too.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _data = new();
    private readonly MeterListener _meters = new();
    private readonly Process _process = Process.GetCurrentProcess();
    private readonly IReadOnlyList<GeneratedTape> _tapes;
    private IConnectionMultiplexer? _connection;
    private WebApplication _app = null!;
    private GeneratedFeed _feed = null!;
    private long _bytes;
    private long _batches;

    private LoadedSilo(int symbols) => _tapes =
        [.. Enumerable.Range(0, symbols).Select(number => new GeneratedTape(SimulatedSymbol.Of(new Symbol($"BENCH{number}USDT"))))];

    private PipelineStats Stats => _app.Services.GetRequiredService<PipelineStats>();

    /// <summary>Starts a silo and waits until every engine takes trades.</summary>
    /// <param name="symbols">How many symbols it follows.</param>
    /// <param name="tradesPerSecond">Trades a second, or <see langword="null"/> for as many as it takes.</param>
    /// <param name="redis">The server that carries the streams, or <see langword="null"/> for memory.</param>
    /// <param name="settings">Settings beside the shipped ones.</param>
    public static async Task<LoadedSilo> StartAsync(int symbols, int? tradesPerSecond, string? redis, params (string Key, string Value)[] settings)
    {
        var silo = new LoadedSilo(symbols);
        await silo.StartAsync(tradesPerSecond, redis, settings);
        return silo;
    }

    /// <summary>Measures for a while.</summary>
    public async Task<SiloFigures> MeasureAsync(TimeSpan duration)
    {
        var (trades, bytes, batches, cpu, begun) = (Stats.Produced, _bytes, _batches, Cpu, Stopwatch.GetTimestamp());
        await Task.Delay(duration, TimeProvider.System);
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var applied = Stats.Produced - trades;
        return new SiloFigures(
            applied / seconds, (_bytes - bytes) / (double)applied, applied / (double)(_batches - batches), (Cpu - cpu).TotalMicroseconds / applied,
            Stats.Queue.Describe(Stats.NowMicros));
    }

    /// <summary>Ends the trades, and stops after it has been seen that every engine has taken all of its own: otherwise the figures are worth nothing.</summary>
    /// <exception cref="TimeoutException">An engine misses trades.</exception>
    public async ValueTask DisposeAsync()
    {
        await _feed.EndAsync();
        var engines = _app.Services.GetRequiredService<IEngines>();
        foreach (var tape in _tapes)
        {
            await Eventually.BecomesTrueAsync(
                async () => await engines.GetProgressAsync(tape.Spec.Symbol, CancellationToken.None) is { Gaps.Count: 0 } progress && progress.NextId == tape.NextId,
                $"every trade of {tape.Spec.Symbol}", TimeSpan.FromMinutes(2));
        }

        await _app.StopAsync();
        await _app.DisposeAsync();
        _meters.Dispose();
        _process.Dispose();
        _connection?.Dispose();
        _data.Dispose();
    }

    private TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    private async Task StartAsync(int? tradesPerSecond, string? server, (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.AddMarketHost("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddFilter("Orleans", LogLevel.Critical).AddFilter("Microsoft.Orleans", LogLevel.Critical);
        var id = $"bench-{Guid.NewGuid():N}";
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))
        {
            ["Storage:DataDirectory"] = _data.Path,
            ["Web:DataDirectory"] = _data.Path,
            [$"{IngressOptions.SectionName}:{nameof(IngressOptions.Shards)}"] = "1",
            [$"{ClusterSettings.SectionName}:{nameof(ClusterSettings.ServiceId)}"] = id,
            [$"{RedisOptions.SectionName}:{nameof(RedisOptions.Redis)}"] = server ?? "",
            [$"{StreamOptions.SectionName}:{nameof(StreamOptions.Provider)}"] = server is null ? nameof(StreamCarrier.Memory) : nameof(StreamCarrier.Redis),
        });
        var redis = builder.Configuration.GetSection(RedisOptions.SectionName).Get<RedisOptions>() ?? new RedisOptions();
        _connection = server is null ? null : await redis.ConnectAsync();
        _feed = new GeneratedFeed(_tapes, tradesPerSecond, () => Stats.Produced);
        var specs = _tapes.Select(tape => tape.Spec).ToArray();
        var parts = new MarketParts(
            _ => _feed, [.. specs.Select(spec => spec.Symbol)], null, null, null,
            specs.ToDictionary(spec => spec.Symbol), GeneratedFeed.Kind);
        builder.AddSilo(
            ClusterSettings.Read(builder.Configuration, isAlone: server is null), redis, StreamSettings.Read(builder.Configuration, redis, StreamSettings.HasEventHubs), _connection);
        builder.AddStores(ClusterSettings.Read(builder.Configuration, isAlone: server is null), _connection);
        builder.AddMarket(parts, EngineSettings.Read(builder.Configuration), isIngress: true, isWeb: true, isAlone: server is null);
        builder.AddSinksAndPrices(parts, ClusterSettings.Read(builder.Configuration, isAlone: server is null), isAlone: server is null);
        builder.Services.AddMarketWeb();
        _app = builder.Build();
        _app.Services.GetRequiredService<LocalMarket>().Follow(parts.Source, await parts.FollowAsync(_app.Services.GetRequiredService<ISymbolSpecStore>(), CancellationToken.None));
        ListenToIngress();
        await _app.StartAsync();
        var engines = _app.Services.GetRequiredService<IEngines>();
        await Eventually.BecomesTrueAsync(
            async () => (await Task.WhenAll(specs.Select(spec => engines.GetProgressAsync(spec.Symbol, CancellationToken.None)))).All(progress => progress.NextId > 0),
            "every engine takes trades", TimeSpan.FromMinutes(2));
        await Task.Delay(WarmUp, TimeProvider.System);
    }

    private void ListenToIngress()
    {
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name is "market.ingress.bytes" or "market.ingress.batches")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            Interlocked.Add(ref instrument.Name == "market.ingress.bytes" ? ref _bytes : ref _batches, value));
        _meters.Start();
    }
}

/// <summary>What was measured of a silo.</summary>
/// <param name="TradesPerSecond">Trades that the engines took, per second.</param>
/// <param name="BytesPerTrade">Bytes of the batches per trade.</param>
/// <param name="TradesPerBatch">Trades in a batch, on average.</param>
/// <param name="CpuMicros">Time of a core per trade, µs; the generator's is part of it.</param>
/// <param name="Latency">From receipt to the engine's new state, over the last minute.</param>
internal sealed record SiloFigures(double TradesPerSecond, double BytesPerTrade, double TradesPerBatch, double CpuMicros, StageLatency Latency);
