using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
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
using OrleansMarket.TestKit.Web;

namespace OrleansMarket.TestKit.Influx;

/// <summary>
/// Fills InfluxDB with a simulated market by the product's own engine, spool and writer: every measurement, and what dashboards have panels for.
/// Trades are lost and repaired two minutes later, a candle differs from the exchange's own, alerts of both kinds fire, the pipeline is degraded
/// for a while.
/// </summary>
public static class InfluxMarket
{
    private static readonly TimeSpan Sample = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan History = TimeSpan.FromHours(25);

    /// <summary>The rules: those of the product, with thresholds that an ordinary quarter of an hour reaches.</summary>
    public static IReadOnlyList<AlertRule> Rules { get; } =
    [
        .. DefaultAlertRules.All.Select(rule => rule.Id switch
        {
            "price-shock-1m" => rule with { Enter = 0.01, Exit = 0.005, Cooldown = TimeSpan.FromMinutes(1) },
            "whale" => rule with { Enter = 1_000 },
            "gap-open" => rule with { Enter = 30 },
            _ => rule,
        }),
    ];

    /// <summary>Runs the market over a stretch of time and waits until InfluxDB has taken all of it.</summary>
    /// <param name="facade">Where to write.</param>
    /// <param name="from">When the market begins.</param>
    /// <param name="length">For how long it runs; at least ten minutes, so that everything happens.</param>
    /// <param name="symbols">Its pairs; BTCUSDT, ETHUSDT and SOLUSDT when none are named.</param>
    public static async Task FillAsync(InfluxFacade facade, DateTimeOffset from, TimeSpan length, params string[] symbols)
    {
        ArgumentNullException.ThrowIfNull(facade);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, TimeSpan.FromMinutes(10));
        using var folder = new TemporaryFolder();
        await using var services = Compose(facade, folder);
        var hosted = services.GetServices<IHostedService>().ToArray();
        foreach (var service in hosted)
        {
            await service.StartAsync(default);
        }

        // The market has a clock of its own, which runs as fast as it can; the writer keeps real time.
        await RunAsync(services, new ManualTimeProvider(from), from + length, symbols.Length == 0 ? ["BTCUSDT", "ETHUSDT", "SOLUSDT"] : symbols);
        // The first is the writer: it has to deliver what the others leave behind.
        foreach (var service in hosted.Skip(1))
        {
            await service.StopAsync(default);
        }

        await NothingWaitsAsync(services.GetRequiredService<IMeterFactory>());
        await hosted[0].StopAsync(default);

        if (File.Exists(folder.File("bad-lines.jsonl")))
        {
            throw new InvalidOperationException($"expected every line to be taken, found refused: {await File.ReadAllTextAsync(folder.File("bad-lines.jsonl"))}");
        }
    }

    private static async Task NothingWaitsAsync(IMeterFactory meters)
    {
        var waiting = long.MaxValue;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Name == "market.influx.spool.points" && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, points, _, _) => waiting = points);
        listener.Start();
        await Eventually.BecomesTrueAsync(
            () =>
            {
                listener.RecordObservableInstruments();
                return waiting == 0;
            },
            "every point in InfluxDB", TimeSpan.FromMinutes(3));
    }

    private static ServiceProvider Compose(InfluxFacade facade, TemporaryFolder folder)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Influx:Url"] = facade.Address.OriginalString,
            ["Influx:Org"] = InfluxFacade.Org,
            ["Influx:Bucket"] = InfluxFacade.Bucket,
            ["Influx:Token"] = InfluxFacade.Token,
            ["Influx:SpoolDirectory"] = folder.Path,
            ["Influx:Trades"] = "true",
            ["Influx:BatchAge"] = "00:00:00",
        }).Build();
        return new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(TimeProvider.System)
            .AddSingleton<IMarket>(new FakeMarket(TimeProvider.System) { Failure = new IOException("the samples are taken below, at the pace of the simulated market") })
            .AddLogging()
            .AddMetrics()
            .AddInfluxSeries(configuration, new SeriesOrigin(FeedKind.Simulated))
            .BuildServiceProvider();
    }

    private static async Task RunAsync(IServiceProvider services, ManualTimeProvider clock, DateTimeOffset to, string[] symbols)
    {
        var sink = services.GetRequiredService<ISeriesSink>();
        var market = new SimulatedMarket(new SimulatorOptions());
        var exchange = new SimulatedExchange(market, clock);
        var stats = new PipelineStats(clock);
        var pairs = new List<Pair>();
        foreach (var symbol in symbols)
        {
            var pair = new Pair(market[new Symbol(symbol)], new Recorder(sink));
            var start = Micros.From(clock.GetUtcNow());
            pair.Session.Engine.SetRules(Rules);
            pair.Session.Engine.Seed(await exchange.GetKlinesAsync(pair.Session.Spec, CandleInterval.OneMinute, start - Micros.From(History), start, default));
            pairs.Add(pair);
        }

        for (var second = 1; clock.GetUtcNow() < to; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            var now = Micros.From(clock.GetUtcNow());
            foreach (var pair in pairs)
            {
                // The second minute loses some of its trades; they come back in the fourth.
                pair.Advance(now, loses: second is > 60 and < 120 && second % 20 < 3, stats);
                pair.Session.Tick(now, new PipelineReading(0.05, 0, double.NaN, true));
                if (second == 240)
                {
                    var engine = pair.Session.Engine;
                    pair.Session.ApplyRepair(await exchange.RepairAsync(pair.Session.Spec, [.. engine.Gaps], engine.NextId, default));
                }

                if (second == 500 && pair.Session.Progress.Complete is [var candle, ..])
                {
                    pair.Session.MarkCompared(in candle, "volume: expected 1, found 2");
                }
            }

            await sink.AppendAsync([.. pairs.Where(pair => pair.Session.HasChanges).Select(pair => pair.Session.TakeCommit())], default);
            if (second % Sample.TotalSeconds == 0)
            {
                var states = pairs.Select(pair => pair.Session.Describe(now)).ToArray();
                await sink.AppendSampleAsync(states, Health(stats, states, isDegraded: second is > 120 and < 240), clock.GetUtcNow(), default);
                await sink.AppendPricesAsync([.. states.Select(state => PriceOf(state.Overview, clock.GetUtcNow()))], default);
            }
        }
    }

    private static PipelineHealth Health(PipelineStats stats, MarketState[] states, bool isDegraded)
    {
        var pipeline = stats.Describe();
        var stages = pipeline.Latency.ToDictionary(latency => latency.Stage);
        return new PipelineHealth
        {
            Status = isDegraded ? HealthStatus.Degraded : HealthStatus.Ok,
            Reasons = isDegraded ? ["trades are missing"] : [],
            Source = new FeedSource(FeedKind.Simulated, "simulator"),
            Feed = new FeedStatus(true, 1, 1, 0, stats.Produced, 3, 1_500, null),
            Produced = stats.Produced,
            DeadLetters = stats.DeadLetters,
            DeadLettersKept = stats.DeadLetters,
            LastTradeAgeMs = states.Min(state => state.Overview.LastTradeAgeMs),
            StaleSymbols = [.. states.Where(state => state.Overview.IsStale).Select(state => state.Overview.Symbol)],
            OpenGaps = states.Sum(state => state.OpenGaps.Count),
            MissingIds = states.Sum(state => state.Overview.MissingIds),
            TradesPerSecond = stats.Trades.PerSecond(stats.NowMicros),
            Backlog = 3,
            BacklogLimit = 8_192,
            // What one process does not time, a host of another kind does.
            Latency = [.. new[] { "exchange", "queue", "total", "engine", "store", "alert" }.Select(stage => stages.TryGetValue(stage, out var known) && known.Count > 0 ? known : new StageLatency(stage, 1, 1, 2, 3, 4))],
            Parts = new Dictionary<string, string?>(),
        };
    }

    private static AssetPrice PriceOf(SymbolOverview overview, DateTimeOffset now)
    {
        var price = overview.LastPrice ?? 1;
        (string Name, decimal Factor)[] sources = [(PriceSourceNames.Stream, 1), (PriceSourceNames.Kraken, 1.0002m), (PriceSourceNames.Coingecko, 1.03m)];
        var quotes = sources
            .Select(source => new SourcePrice
            {
                Source = source.Name,
                Currency = PriceQuote.Usd,
                Price = price * source.Factor,
                PriceUsd = price * source.Factor,
                Time = now,
                AgeMs = 0,
                LatencyMs = 80,
                Weight = source.Factor > 1.01m ? 0 : 1,
                DeviationPercent = (double)((source.Factor - 1) * 100),
                Change24hPercent = overview.Change24hPercent,
                Excluded = source.Factor > 1.01m ? PriceExclusion.Outlier : null,
                Reason = source.Factor > 1.01m ? "3 % from the others" : null,
            }).ToArray();
        return new AssetPrice
        {
            Asset = overview.BaseAsset,
            Price = price,
            Rule = PriceRule.Consensus,
            Quality = PriceQuality.Agreed,
            Source = PriceSourceNames.Stream,
            Sources = [PriceSourceNames.Stream, PriceSourceNames.Kraken],
            Time = now,
            AgeMs = 0,
            Change24hPercent = overview.Change24hPercent,
            VolumeUsd24h = overview.QuoteVolume24h,
            DeviationPercent = 0.02,
            UsdtRate = new UsdRate(PriceQuote.Usdt, 1, 0, UsdRate.Assumed),
            Quotes = quotes,
        };
    }

    /// <summary>A pair: its tape, and the engine that hears it.</summary>
    private sealed class Pair(MarketModel model, IMarketListener listener)
    {
        private long _readMicros;

        public SymbolSession Session { get; } = new(
            model.Spec,
            new EngineOptions { Analytics = new AnalyticsOptions { WhaleFloor = 20_000, WhaleMinSweeps = AnalyticsOptions.MaxWhaleHistory } },
            listener);

        public void Advance(long nowMicros, bool loses, PipelineStats stats)
        {
            if (_readMicros == 0)
            {
                _readMicros = nowMicros - Micros.PerSecond;
            }

            ReceivedPrint[] prints = loses ? [] : [.. model.From(_readMicros).TakeWhile(print => print.TradeTimeMicros < nowMicros).Select(print => new ReceivedPrint(print, print.TradeTimeMicros, nowMicros))];
            _readMicros = nowMicros;
            var begun = stats.Timestamp;
            Session.Apply(prints, null);
            stats.OnApplied(Session.Spec.Symbol, prints, begun);
        }
    }

    /// <summary>Hands single trades on, as the product's own listener does.</summary>
    private sealed class Recorder(ISeriesSink sink) : IMarketListener
    {
        public void OnTrade(SymbolSpec spec, in ReceivedPrint received) => sink.OnTrade(spec, in received);

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
