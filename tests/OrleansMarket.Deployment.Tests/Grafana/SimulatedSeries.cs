using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Simulation;
using OrleansMarket.Sinks.Influx;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Influx;
using OrleansMarket.TestKit.Web;

namespace OrleansMarket.Deployment.Tests.Grafana;

/// <summary>
/// A real InfluxDB that the product's own writer has filled with half an hour of two pairs of the simulated market: the product's engines behind a
/// stream with holes, repeats, late trades and silences, with repairs, comparisons, alerts and samples. Only the host's loops are done here, on a
/// clock that runs as fast as it can.
/// </summary>
internal sealed class SimulatedSeries : ITradeReceiver, IAsyncDisposable
{
    private static readonly SimulatorOptions Options = new()
    {
        TradesPerSecond = 12,
        Pulse = TimeSpan.FromMilliseconds(200),
        Faults = new()
        {
            Gaps = 0.002,
            LongestGap = 100,
            Duplicates = 0.01,
            Reordered = 0.01,
            FarthestReorder = 50,
            Malformed = 0.01,
            StallsPerHour = 20,
            StallLength = TimeSpan.FromSeconds(25),
        },
    };

    private static readonly IReadOnlyList<AlertRule> Rules =
    [
        .. DefaultAlertRules.All.Where(rule => rule.Id is not ("price-move-5m" or "stale-feed")),
        new() { Id = "price-move-5m", Name = "Price moves", Signal = Signal.PriceMove5m, Direction = AlertDirection.Magnitude, Enter = 0.05, Exit = 0.01, Cooldown = TimeSpan.FromMinutes(1) },
        new() { Id = "stale-feed", Name = "No trades arrive", Signal = Signal.StaleFeed, Enter = 3, Exit = 1, Severity = AlertSeverity.Critical, Cooldown = TimeSpan.FromMinutes(1) },
    ];

    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 5, 6, 12, 0, 20, TimeSpan.Zero));
    private readonly SimulatedMarket _market = new(Options);
    private readonly SimulatedExchange _exchange;
    private readonly PipelineStats _stats;
    private readonly Dictionary<Symbol, SymbolSession> _sessions = [];
    private IHost _host = null!;
    private InfluxFacade _facade = null!;
    private bool _tailIsDue;

    private SimulatedSeries()
    {
        _exchange = new SimulatedExchange(_market, _clock);
        _stats = new PipelineStats(_clock);
        From = _clock.GetUtcNow();
    }

    public InfluxServer Server { get; private set; } = null!;

    public DateTimeOffset From { get; }

    public DateTimeOffset To => _clock.GetUtcNow();

    private long Now => Micros.From(_clock.GetUtcNow());

    public static async Task<SimulatedSeries> StartAsync()
    {
        var series = new SimulatedSeries();
        try
        {
            await series.FillAsync(TimeSpan.FromMinutes(30));
        }
        catch
        {
            await series.DisposeAsync();
            throw;
        }

        return series;
    }

    ValueTask ITradeReceiver.ReceiveAsync(Symbol symbol, ReadOnlyMemory<ReceivedPrint> prints, CancellationToken cancellationToken)
    {
        _sessions[symbol].Apply(prints.Span, null);
        _stats.OnApplied(prints.Span);
        return ValueTask.CompletedTask;
    }

    ValueTask ITradeReceiver.RejectAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        _stats.OnDeadLetter();
        return ValueTask.CompletedTask;
    }

    ValueTask ITradeReceiver.OnInterruptedAsync(IReadOnlyList<Symbol> symbols, string reason, CancellationToken cancellationToken)
    {
        _tailIsDue = true;
        foreach (var symbol in symbols)
        {
            _sessions[symbol].OnInterrupted(Now);
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync();
            _host.Dispose();
        }

        if (_facade is not null)
        {
            await _facade.DisposeAsync();
        }

        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }

    private async Task FillAsync(TimeSpan length)
    {
        Server = await InfluxServer.StartAsync(InfluxFacade.Bucket);
        _facade = await InfluxFacade.StartAsync(Server);
        _host = await StartWriterAsync(_facade);
        var sink = _host.Services.GetRequiredService<ISeriesSink>();
        await StartSessionsAsync("BTCUSDT", "ETHUSDT");

        var feed = new SimulatorFeed(_market, [.. _sessions.Keys], _clock, NullLogger<SimulatorFeed>.Instance);
        using var stop = new CancellationTokenSource();
        var running = feed.RunAsync(this, stop.Token);
        for (var end = _clock.GetUtcNow() + length; _clock.GetUtcNow() < end;)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await sink.AppendAsync(await TickAsync(), default);
            if (_clock.GetUtcNow().Second % 10 == 0)
            {
                var health = Judge(feed.Status);
                await sink.AppendSampleAsync([.. _sessions.Values.Select(session => session.Describe(Now))], health, _clock.GetUtcNow(), default);
                await sink.AppendPricesAsync([Price(_sessions[new Symbol("BTCUSDT")])], default);
            }
        }

        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        var delivery = _host.Services.GetRequiredService<SeriesHealth>();
        await Eventually.BecomesTrueAsync(() => delivery.WaitingPoints == 0, "every point delivered", TimeSpan.FromSeconds(60));
        delivery.Describe().ShouldBeNull();
    }

    private static async Task<IHost> StartWriterAsync(InfluxFacade facade)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var folder = new TemporaryFolder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Influx:Url"] = facade.Address.OriginalString,
            ["Influx:Token"] = InfluxFacade.Token,
            ["Influx:Org"] = InfluxFacade.Org,
            ["Influx:Bucket"] = InfluxFacade.Bucket,
            ["Influx:SpoolDirectory"] = folder.Path,
        });
        builder.Services.AddSingleton(folder);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddMetrics();

        // Samples are taken here, by the market's clock; the host's own sampler, by ours, finds no market.
        builder.Services.AddSingleton<IMarket>(new FakeMarket(TimeProvider.System) { Failure = new InvalidOperationException("no market") });
        builder.Services.AddInfluxSeries(builder.Configuration, new SeriesOrigin(FeedKind.Simulated));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private async Task StartSessionsAsync(params string[] names)
    {
        var specs = await _exchange.GetSpecsAsync([.. names.Select(name => new Symbol(name))], default);
        foreach (var (symbol, spec) in specs)
        {
            var session = new SymbolSession(spec, new EngineOptions { Analytics = new AnalyticsOptions { WhaleFloor = 2_000 } }, new Nobody());
            var start = CandleInterval.OneMinute.OpenOf(Now);
            session.Engine.Seed(await _exchange.GetKlinesAsync(spec, CandleInterval.OneMinute, start - Micros.PerDay, start, default));
            session.Engine.ExpectFrom((await _exchange.FindFirstIdAsync(spec, start, default))!.Value, start);
            session.Engine.SetRules(Rules);
            session.Status = SymbolStatus.Trading;
            _sessions.Add(symbol, session);
        }
    }

    /// <summary>What a host does once a second: ticks, repairs every few seconds, comparisons, commits.</summary>
    private async Task<IReadOnlyList<EngineCommit>> TickAsync()
    {
        var commits = new List<EngineCommit>();
        foreach (var session in _sessions.Values)
        {
            session.Tick(Now, _stats.Read(true));
            if (_tailIsDue || _clock.GetUtcNow().Second == 0)
            {
                var last = (await _exchange.GetLastTradesAsync([session.Spec], default))[session.Spec.Symbol];
                session.ConfirmLastId(last.LastId, last.AskedMicros);
            }

            // Slow enough that windows are reported before they are whole.
            if (_clock.GetUtcNow().Second % 30 == 15)
            {
                foreach (var gap in session.Progress.Gaps)
                {
                    session.ApplyRepair(gap, await _exchange.RepairAsync(session.Spec, gap, default));
                }

                foreach (var candle in session.Progress.Complete)
                {
                    session.MarkCompared(in candle, candle.OpenTimeMicros / Micros.PerMinute % 7 == 0 ? "volume differs" : null);
                }
            }

            commits.Add(session.TakeCommit());
        }

        _tailIsDue = false;
        _stats.Store.Record(2_000, Now);
        return commits;
    }

    private PipelineHealth Judge(FeedStatus feed) => HealthJudge.Judge(
        new FeedSource(FeedKind.Simulated, "simulator"), [.. _sessions.Values.Select(session => session.Report(Now, null))],
        _stats.Describe() with { Feed = feed with { ClockOffsetMicros = -1_500 }, BacklogLimit = 8_192 }, _stats.DeadLetters, _clock.GetUtcNow());

    private static AssetPrice Price(SymbolSession session)
    {
        var (price, time) = (session.Spec.Price(session.Engine.LastPrice), Micros.ToInstant(session.Engine.LastTradeMicros));
        return new AssetPrice
        {
            Asset = "BTC",
            Price = price,
            Time = time,
            Rule = PriceRule.Consensus,
            Quality = PriceQuality.Agreed,
            Sources = [PriceSourceNames.Stream, PriceSourceNames.Binance],
            UsdtRate = new UsdRate("USDT", 1, session.Engine.LastTradeMicros, UsdRate.Assumed),
            Quotes = [.. new[] { PriceSourceNames.Stream, PriceSourceNames.Binance }.Select(source => new SourcePrice { Source = source, Currency = "USDT", Price = price, PriceUsd = price, Time = time, AgeMs = 0, Weight = 1 })],
        };
    }

    private sealed class Nobody : IMarketListener
    {
        public void OnTrade(SymbolSpec spec, in ReceivedPrint received)
        {
        }

        public void OnCandle(SymbolSpec spec, in Candle candle)
        {
        }

        public void OnWhale(SymbolSpec spec, in Sweep sweep)
        {
        }

        public void OnGap(GapView gap)
        {
        }

        public void OnAlert(SymbolSpec spec, AlertTransition transition)
        {
        }
    }
}
