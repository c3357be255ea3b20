using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Web.Streaming;

namespace OrleansMarket.Web.Metrics;

/// <summary>
/// The market as metrics. Values are read from the market at each collection by <see cref="RefreshAsync"/>, so a gauge never outlives
/// its subject: a symbol that is gone, or has no figure, has no series.
/// </summary>
/// <remarks>
/// Tags, all bounded: <c>market.symbol</c> (as many as are followed), <c>market.stage</c>, <c>market.percentile</c>, <c>market.source</c>,
/// <c>market.part</c>, <c>market.status</c>.
/// </remarks>
internal sealed partial class MarketInstruments
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "OrleansMarket.Web";

    private readonly IMarket _market;
    private readonly StreamSlots _streams;
    private readonly ILogger<MarketInstruments> _logger;
    private volatile Reading _reading = new([], null);

    public MarketInstruments(IMarket market, StreamSlots streams, IMeterFactory meters, ILogger<MarketInstruments> logger)
    {
        (_market, _streams, _logger) = (market, streams, logger);
        var meter = meters.Create(MeterName);
        AddSymbols(meter);
        AddPipeline(meter);
        meter.CreateObservableGauge("market.web.streams", () => _streams.Open, "{stream}", "Live streams open on this server.");
    }

    /// <summary>Reads the market; when it cannot be asked the gauges vanish until it can.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            _reading = new(await _market.GetSymbolsAsync(cancellationToken), await _market.GetHealthAsync(cancellationToken));
        }
        catch (Exception exception) when (!exception.IsStop(cancellationToken))
        {
            _reading = new([], null);
            LogUnreadable(_logger, exception);
        }
    }

    private void AddSymbols(Meter meter)
    {
        Gauge("market.price", null, "Last price, in quote units.", line => (double?)line.LastPrice);
        Gauge("market.price.change.24h", "%", "Price change over 24 hours.", line => line.Change24hPercent);
        Gauge("market.trade.age", "s", "Age of the last trade, by the exchange's clock.", line => line.LastTradeAgeMs / 1_000d);
        Gauge("market.stale", null, "1 when the last trade is older than the symbol's own rate of trades explains, else 0.", line => line.IsStale ? 1 : 0);
        Gauge("market.quote.volume.24h", null, "Quote volume over 24 hours, in quote units.", line => (double?)line.QuoteVolume24h);
        Gauge("market.volatility.1h", "1", "Realised volatility over 1 hour, annualised (0.5 is 50 % a year).", line => line.Volatility1h);
        Gauge("market.buy.share.5m", "1", "Taker buy share of base volume over 5 minutes, 0 to 1.", line => line.BuyShare5m);
        Gauge("market.volume.spike", null, "Robust z-score of the last minute's quote volume.", line => line.VolumeSpike);
        Gauge("market.trades.missing", "{trade}", "Trade ids known to be missing now.", line => line.MissingIds);
        Gauge("market.candles.mismatched", "{candle}", "Latest minutes that differ from the exchange's own although their trades were read again, at most 16.", line => line.MismatchedMinutes);
        Gauge("market.alerts.firing", "{alert}", "Alerts firing now.", line => line.FiringAlerts);

        void Gauge(string name, string? unit, string description, Func<SymbolOverview, double?> value) => meter.CreateObservableGauge(
            name,
            () => _reading.Symbols
                .Where(line => value(line) is { } number && double.IsFinite(number))
                .Select(line => new Measurement<double>(value(line)!.Value, new KeyValuePair<string, object?>("market.symbol", line.Symbol.Value))),
            unit, description);
    }

    private void AddPipeline(Meter meter)
    {
        Counter("market.trades.produced", "{trade}", "Trades taken since start, each counted once.", health => health.Produced);
        Counter("market.dead.letters", "{message}", "Messages refused since start.", health => health.DeadLetters);
        Counter("market.pipeline.reconnects", "{reconnect}", "Reconnections to the source since start.", health => health.Feed.Reconnects);
        Counter("market.pipeline.frames", "{frame}", "Frames read from the source since start.", health => health.Feed.Frames);
        Gauge("market.dead.letters.kept", "{message}", "Refused messages kept now.", health => health.DeadLettersKept);
        Gauge("market.gaps.open", "{gap}", "Gaps in the trade ids open now.", health => health.OpenGaps);
        Gauge("market.pipeline.connections", "{connection}", "Connections to the source that are up.", health => health.Feed.Connections);
        Gauge("market.pipeline.connections.planned", "{connection}", "Connections to the source that the plan wants.", health => health.Feed.Planned);
        Gauge("market.pipeline.backlog", "{print}", "Prints read but not yet in the engine.", health => health.Backlog);
        Gauge("market.pipeline.backlog.limit", "{print}", "Prints that may wait before the feed has to; 0 where nothing bounds them.", health => health.BacklogLimit);
        Gauge("market.pipeline.rate", "{trade}/s", "Trades per second over the last 10 seconds.", health => health.TradesPerSecond);
        Gauge("market.pipeline.last.trade.age", "s", "Age of the newest trade of any symbol.", health => health.LastTradeAgeMs / 1_000d);
        meter.CreateObservableGauge(
            "market.pipeline.latency",
            () => (_reading.Health?.Latency ?? []).SelectMany(Quantiles),
            "s", "Latency percentiles by stage over the last minute; negative when the clocks disagree.");
        meter.CreateObservableGauge(
            "market.health",
            () => _reading.Health is { } health
                ? WireName.All<HealthStatus>().Select(status => new Measurement<long>(WireName.Of(health.Status) == status ? 1 : 0, new KeyValuePair<string, object?>("market.status", status)))
                : [],
            null, "1 for the status that holds, else 0.");
        meter.CreateObservableGauge(
            "market.source",
            () => _reading.Health is { } health
                ? WireName.All<FeedKind>().Select(kind => new Measurement<long>(WireName.Of(health.Source.Kind) == kind ? 1 : 0, new KeyValuePair<string, object?>("market.source", kind)))
                : [],
            null, "1 for the kind of source that feeds the product (live, simulated or replay), else 0.");
        meter.CreateObservableGauge(
            "market.part.up",
            () => (_reading.Health?.Parts ?? new Dictionary<string, string?>())
                .Select(part => new Measurement<long>(part.Value is null ? 1 : 0, new KeyValuePair<string, object?>("market.part", part.Key))),
            null, "1 when the store or output is well, else 0.");

        void Counter(string name, string unit, string description, Func<PipelineHealth, long> value) =>
            meter.CreateObservableCounter(name, () => _reading.Health is { } health ? [new Measurement<long>(value(health))] : Array.Empty<Measurement<long>>(), unit, description);

        void Gauge(string name, string unit, string description, Func<PipelineHealth, double?> value) => meter.CreateObservableGauge(
            name,
            () => _reading.Health is { } health && value(health) is { } number ? [new Measurement<double>(number)] : Array.Empty<Measurement<double>>(),
            unit, description);
    }

    private static Measurement<double>[] Quantiles(StageLatency stage) =>
        stage.Count == 0 ? [] : [Quantile(stage, "50", stage.P50), Quantile(stage, "95", stage.P95), Quantile(stage, "99", stage.P99), Quantile(stage, "max", stage.Max)];

    private static Measurement<double> Quantile(StageLatency stage, string percentile, double milliseconds) =>
        new(milliseconds / 1_000, new KeyValuePair<string, object?>("market.stage", stage.Stage), new KeyValuePair<string, object?>("market.percentile", percentile));

    [LoggerMessage(EventId = 4010, Level = LogLevel.Warning, Message = "The market could not be read for metrics")]
    private static partial void LogUnreadable(ILogger logger, Exception exception);

    private sealed record Reading(IReadOnlyList<SymbolOverview> Symbols, PipelineHealth? Health);
}
