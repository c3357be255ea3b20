using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Loops;
using OrleansMarket.Feeds.Prices;
using OrleansMarket.Feeds.Repair;
using OrleansMarket.Feeds.Sources;
using OrleansMarket.Sinks.Alerts;
using OrleansMarket.Sinks.DeadLetters;
using OrleansMarket.Sinks.Influx;

namespace OrleansMarket.Standalone.Serving;

/// <summary>The running product of one process: builds the engines, restores them, starts the loops around them and stops them without loss.</summary>
internal sealed partial class MarketRuntime(
    MarketParts parts, IServiceProvider services, IEngineStateStore states, ICandleStore candles, ITradeLog log, IAlertStore alerts,
    ISymbolSpecStore specs, JobLog jobs, TimeProvider clock, ILoggerFactory loggers) : IHostedService, IDisposable
{
    private static readonly TimeSpan StopBudget = TimeSpan.FromSeconds(4);

    private readonly ILogger _logger = loggers.CreateLogger<MarketRuntime>();
    private readonly CancellationTokenSource _feedStop = new();
    private readonly CancellationTokenSource _stop = new();
    private Running? _running;
    private Task _feeding = Task.CompletedTask;
    private Task _working = Task.CompletedTask;
    private Task _letters = Task.CompletedTask;

    /// <summary>Gets what answers questions; after <see cref="PrepareAsync"/>.</summary>
    public MarketQueries Queries => Parts.Queries;

    /// <summary>Gets the engines; after <see cref="PrepareAsync"/>.</summary>
    public EngineRouter Router => Parts.Router;

    private Running Parts => _running ?? throw new InvalidOperationException("expected PrepareAsync first");

    /// <summary>Builds and restores everything; trades flow only after <see cref="StartAsync"/>.</summary>
    /// <exception cref="MarketStartException">A symbol is unknown, or nothing is known of any.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var engine = EngineSettings.Read(services.GetRequiredService<IConfiguration>());
        var followed = await parts.FollowAsync(specs, cancellationToken);
        var feed = parts.Feed(followed);
        var stats = services.GetRequiredService<PipelineStats>();
        var events = services.GetRequiredService<MarketEvents>();
        var letters = ActivatorUtilities.CreateInstance<DeadLetterQueue>(services, stats);
        var partitions = Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount - 1, 1, 8)).Select(_ => new Partition()).ToArray();
        var series = services.GetService<ISeriesSink>();
        var listener = new LiveMarket(events, series);
        var lanes = followed.Select((spec, index) => new Lane(new SymbolSession(spec, engine, listener), partitions[index % partitions.Length])).ToArray();
        var router = new EngineRouter(lanes, log, letters, stats, feed.Source, loggers.CreateLogger<EngineRouter>());
        var pipeline = new LocalPipeline(feed, router, stats);
        var queries = ActivatorUtilities.CreateInstance<MarketQueries>(services, router, pipeline, events);
        var commits = new CommitLoop(router, states, log, stats, engine.MaxWaitingConclusions, clock, loggers.CreateLogger<CommitLoop>(), series);
        var ticks = new TickLoop(router, pipeline, events, clock, jobs);
        var loops = new GuardedLoops(pipeline.Parts, clock, loggers.CreateLogger<GuardedLoops>());
        _running = new Running(engine, feed, router, partitions, letters, queries, commits, ticks, events, pipeline, loops);

        pipeline.Parts["raw trades"] = () => router.LogError;
        pipeline.Parts["storage"] = () => commits.Describe() ?? letters.Error;
        pipeline.Parts["alerts"] = services.GetRequiredService<AlertDeliveryStatus>().Describe;
        if (services.GetService<SeriesHealth>() is { } influx)
        {
            pipeline.Parts["influx"] = influx.Describe;
        }

        router.Commit = token => commits.CommitAsync(everything: true, token);
        commits.AlertsRecorded = transitions => _ = PublishAlertsAsync(transitions);
        await RestoreAsync(lanes, cancellationToken);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var running = Parts;
        _working = Task.WhenAll(running.Partitions.Select(partition => Task.Run(partition.RunAsync, CancellationToken.None)));
        _letters = running.Letters.RunAsync(CancellationToken.None);
        var prices = services.GetRequiredService<PriceService>();
        prices.Follow(running.Router.Symbols);
        running.Ticks.SourceDeviation = prices.DeviationPercent;
        running.Loops.Start("commit", token => running.Commits.RunAsync(jobs, token));
        running.Loops.Start("tick", running.Ticks.RunAsync);
        new MarketLoops(
            running.Router, parts, log, candles, running.Engine, services.GetRequiredService<ISettingsStore>(), running.Pipeline.Parts, clock, loggers, prices, jobs).Start(running.Loops);
        running.Loops.Start("prices", prices.RunAsync);
        _feeding = Task.Run(() => FeedAsync(running), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>The feed first, then everything that was read goes through the engines and to the disk.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_running is not { } running)
        {
            return;
        }

        await _feedStop.CancelAsync();
        await _feeding.WaitAsync(StopBudget, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stop.CancelAsync();
        await running.Loops.StopAsync().WaitAsync(StopBudget, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var stored = await running.Commits.CommitAsync(everything: true, CancellationToken.None);
        foreach (var partition in running.Partitions)
        {
            partition.Complete();
        }

        running.Letters.Complete();
        await Task.WhenAll(_working, _letters).WaitAsync(StopBudget, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        LogStopped(_logger, stored ? "everything is stored" : "the store failed: what was not stored is repaired from the exchange at the next start");
    }

    public void Dispose()
    {
        _running?.Commits.Dispose();
        _feedStop.Dispose();
        _running?.Loops.Dispose();
        _stop.Dispose();
    }

    private async Task RestoreAsync(IReadOnlyList<Lane> lanes, CancellationToken cancellationToken)
    {
        var rules = await alerts.ReadRulesAsync(cancellationToken) ?? DefaultAlertRules.All;
        var start = new SymbolStart(log, candles, parts.Exchange, clock, loggers.CreateLogger<SymbolStart>());
        await Parallel.ForEachAsync(lanes, cancellationToken, async (lane, token) =>
        {
            lane.Session.Engine.SetRules(rules);
            await start.BeginAsync(lane.Session, await states.LoadAsync(lane.Spec.Symbol, token), token);
            lane.Session.Engine.SetRules(rules);
        });
    }

    private async Task FeedAsync(Running running)
    {
        try
        {
            await running.Feed.RunAsync(running.Router, _feedStop.Token);
            LogFeedEnded(_logger, running.Feed.Source.Name);
        }
        catch (OperationCanceledException) when (_feedStop.IsCancellationRequested)
        {
            // The product stops.
        }
    }

    private async Task PublishAlertsAsync(IReadOnlyList<AlertTransition> transitions)
    {
        try
        {
            foreach (var key in transitions.Select(transition => transition.Key).Distinct())
            {
                var records = await alerts.ReadAlertAsync(key, _stop.Token);
                if (records.Count > 0)
                {
                    Parts.Events.Publish(new MarketEvent { Id = 0, Symbol = key.Symbol, Alert = AlertViews.From(records) });
                }
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotShown(_logger, exception);
        }
    }

    private sealed record Running(
        EngineOptions Engine, ITradeFeed Feed, EngineRouter Router, Partition[] Partitions, DeadLetterQueue Letters, MarketQueries Queries, CommitLoop Commits, TickLoop Ticks,
        MarketEvents Events, LocalPipeline Pipeline, GuardedLoops Loops);

    [LoggerMessage(EventId = 5020, Level = LogLevel.Information, Message = "Stopped; {Outcome}")]
    private static partial void LogStopped(ILogger logger, string outcome);

    [LoggerMessage(EventId = 5021, Level = LogLevel.Information, Message = "{Source} has ended; page and API go on")]
    private static partial void LogFeedEnded(ILogger logger, string source);

    [LoggerMessage(EventId = 5024, Level = LogLevel.Warning, Message = "Alerts were recorded but could not be shown live")]
    private static partial void LogNotShown(ILogger logger, Exception exception);
}
