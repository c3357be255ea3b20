using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Feeds;

/// <summary>The instruments of feeds, exchange requests and repair. Units follow UCUM: <c>s</c>, <c>{trade}</c>, <c>{frame}</c>, …</summary>
/// <remarks>Each has a row in <c>docs/metrics.md</c>. Tags have few values: never a trade id, never free text.</remarks>
public sealed class FeedInstruments
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "OrleansMarket.Feeds";

    /// <summary>The venue's tag.</summary>
    public const string Venue = "binance";

    private static readonly KeyValuePair<string, object?> VenueTag = new("market.venue", Venue);

    private readonly Counter<long> _trades;
    private readonly Counter<long> _frames;
    private readonly Counter<long> _rejected;
    private readonly Histogram<double> _lag;
    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _connectionAttempts;
    private readonly Counter<long> _interruptions;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _requestDuration;
    private readonly Gauge<long> _weightUsed;
    private readonly Gauge<long> _weightLimit;
    private readonly Gauge<double> _blockedFor;
    private readonly Gauge<double> _clockOffset;
    private readonly Counter<long> _repairedIds;
    private readonly Counter<long> _repairs;

    /// <summary>Builds the instruments on the given factory's meter.</summary>
    public FeedInstruments(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(MeterName);
        _trades = meter.CreateCounter<long>("market.feed.trades.received", "{trade}", "Trades read from the exchange's stream, repeats included.");
        _frames = meter.CreateCounter<long>("market.feed.frames.other", "{frame}", "Frames that are simply not trades.");
        _rejected = meter.CreateCounter<long>("market.feed.frames.rejected", "{frame}", "Frames sent to the dead letters, by reason.");
        _lag = meter.CreateHistogram<double>("market.feed.lag", "s", "Receipt minus the exchange's send time, of the newest trade of each batch. Negative when the clocks disagree.");
        _connections = meter.CreateUpDownCounter<long>("market.feed.connections", "{connection}", "Stream connections that are up.");
        _connectionAttempts = meter.CreateCounter<long>("market.feed.connection.attempts", "{attempt}", "Attempts to connect, by outcome.");
        _interruptions = meter.CreateCounter<long>("market.feed.interruptions", "{interruption}", "Connections lost or replaced, by reason.");
        _requests = meter.CreateCounter<long>("market.feed.exchange.requests", "{request}", "REST requests, by operation and outcome.");
        _requestDuration = meter.CreateHistogram<double>("market.feed.exchange.request.duration", "s", "Duration of REST requests, by operation.");
        _weightUsed = meter.CreateGauge<long>("market.feed.exchange.weight.used", "{weight}", "Request weight used in the running minute.");
        _weightLimit = meter.CreateGauge<long>("market.feed.exchange.weight.limit", "{weight}", "Request weight allowed per minute.");
        _blockedFor = meter.CreateGauge<double>("market.feed.exchange.blocked", "s", "For how long the exchange has told us to stay away; 0 when it has not.");
        _clockOffset = meter.CreateGauge<double>("market.feed.clock.offset", "s", "The exchange's clock minus ours.");
        _repairedIds = meter.CreateCounter<long>("market.feed.repair.trades", "{trade}", "Missing trades found by repair, by method.");
        _repairs = meter.CreateCounter<long>("market.feed.repair.attempts", "{attempt}", "Attempts at a repair, by outcome.");
    }

    /// <summary>Counts trades handed on, and the lag of the newest.</summary>
    public void OnTrades(int count, long lagMicros)
    {
        _trades.Add(count, VenueTag);
        if (_lag.Enabled)
        {
            _lag.Record(lagMicros / 1e6, VenueTag);
        }
    }

    /// <summary>Counts frames that are not trades.</summary>
    public void OnOtherFrames(long count) => _frames.Add(count, VenueTag);

    /// <summary>Counts a frame sent to the dead letters.</summary>
    public void OnRejected(DeadLetterReason reason) =>
        _rejected.Add(1, VenueTag, new KeyValuePair<string, object?>("market.reason", WireName.Of(reason)));

    /// <summary>Counts a connection that came up (+1) or went down (−1).</summary>
    public void OnConnections(int change) => _connections.Add(change, VenueTag);

    /// <summary>Counts an attempt to connect.</summary>
    /// <param name="outcome">One of <c>connected</c>, <c>refused</c>, <c>unreachable</c>.</param>
    public void OnConnectionAttempt(string outcome) => _connectionAttempts.Add(1, VenueTag, Outcome(outcome));

    /// <summary>Counts a connection lost or replaced.</summary>
    /// <param name="reason">One of <c>closed</c>, <c>failed</c>, <c>stale</c>, <c>shutdown</c>, <c>rotation</c>, <c>audit</c>, <c>oversized</c>.</param>
    public void OnInterrupted(string reason) => _interruptions.Add(1, VenueTag, new KeyValuePair<string, object?>("market.reason", reason));

    /// <summary>Counts a REST request.</summary>
    /// <param name="operation">The last part of its path.</param>
    /// <param name="outcome">One of <c>ok</c>, <c>refused</c>, <c>limited</c>, <c>restricted</c>, <c>failed</c>, <c>deferred</c>.</param>
    /// <param name="duration">How long it took; zero when it was not sent.</param>
    public void OnRequest(string operation, string outcome, TimeSpan duration)
    {
        var tag = new KeyValuePair<string, object?>("market.operation", operation);
        _requests.Add(1, new TagList { VenueTag, tag, Outcome(outcome) });
        if (duration > TimeSpan.Zero)
        {
            _requestDuration.Record(duration.TotalSeconds, VenueTag, tag);
        }
    }

    /// <summary>Records the budget.</summary>
    public void OnBudget(int used, int limit)
    {
        _weightUsed.Record(used, VenueTag);
        _weightLimit.Record(limit, VenueTag);
    }

    /// <summary>Records for how long we stay away; zero when we need not.</summary>
    public void OnBlocked(TimeSpan remaining) => _blockedFor.Record(Math.Max(0, remaining.TotalSeconds), VenueTag);

    /// <summary>Records the estimated clock offset.</summary>
    public void OnClockOffset(long micros) => _clockOffset.Record(micros / 1e6, VenueTag);

    /// <summary>Counts missing trades that were found.</summary>
    /// <param name="method">One of <c>trades</c>, <c>historical-trades</c>, <c>aggregates</c>.</param>
    /// <param name="count">How many ids.</param>
    public void OnRepaired(string method, long count) =>
        _repairedIds.Add(count, VenueTag, new KeyValuePair<string, object?>("market.method", method));

    /// <summary>Counts an attempt at a repair.</summary>
    /// <param name="outcome">One of <c>complete</c>, <c>partial</c>, <c>deferred</c>.</param>
    public void OnRepair(string outcome) => _repairs.Add(1, VenueTag, Outcome(outcome));

    private static KeyValuePair<string, object?> Outcome(string outcome) => new("market.outcome", outcome);
}
