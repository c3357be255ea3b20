using System.Globalization;
using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Frames;

namespace OrleansMarket.Feeds.Simulation;

/// <summary>
/// A stream of made-up trades, as they happen on the simulated market by the given clock. What was missed while nobody listened, and what its
/// own faults lose, can be read from <see cref="SimulatedExchange"/> over the same market.
/// </summary>
public sealed partial class SimulatorFeed : ITradeFeed
{
    private const int BatchSize = 1_024;

    // A process that was asleep does not relive the night in a rush: it goes on from now, and the hole is repaired.
    private static readonly TimeSpan MaxCatchUp = TimeSpan.FromSeconds(10);

    private readonly SimulatorOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<SimulatorFeed> _logger;
    private readonly Symbol[] _symbols;
    private readonly Lane[] _lanes;
    private readonly BinanceFrameParser _parser;
    private readonly Print[] _prints = new Print[BatchSize];
    private readonly List<Print> _sent = new(BatchSize);
    private readonly List<Print> _malformed = [];
    private ReceivedPrint[] _received = new ReceivedPrint[BatchSize];
    private SeededRandom _random;
    private long _reconnects;
    private long _frames;
    private long _stalls;
    private volatile bool _connected;

    /// <summary>Builds a feed; it starts with <see cref="RunAsync"/>.</summary>
    public SimulatorFeed(SimulatedMarket market, IEnumerable<Symbol> symbols, TimeProvider clock, ILogger<SimulatorFeed> logger)
    {
        ArgumentNullException.ThrowIfNull(market);
        ArgumentNullException.ThrowIfNull(symbols);
        _options = market.Options;
        _clock = clock;
        _logger = logger;
        _symbols = [.. symbols.Distinct()];
        _random = new SeededRandom(SeededRandom.Mix((ulong)_options.Seed, 11));
        _lanes = [.. _symbols.Select(symbol => new Lane(new TapeCursor(market[symbol]), new FaultInjector(_options.Faults, SimulatedSymbol.NameSeed(symbol))))];
        _parser = new BinanceFrameParser(new SymbolTable(_lanes.Select(lane => lane.Tape.Spec)));
        Source = new FeedSource(FeedKind.Simulated, string.Create(CultureInfo.InvariantCulture, $"simulator, {_options.TradesPerSecond} trades/s, seed {_options.Seed}"));
    }

    /// <inheritdoc/>
    public FeedSource Source { get; }

    /// <inheritdoc/>
    public FeedStatus Status => new(
        _connected, _connected ? 1 : 0, 1, Interlocked.Read(ref _reconnects), Interlocked.Read(ref _frames), OtherFrames: 0, ClockOffsetMicros: 0, LastError: null);

    /// <summary>Gets what went wrong on purpose so far. Exact while the feed stands still.</summary>
    public SimulatorFaultCounts Faults =>
        _lanes.Aggregate(new SimulatorFaultCounts(0, 0, 0, 0, 0, _stalls), (sum, lane) => sum + lane.Faults.Counts);

    /// <inheritdoc/>
    public async Task RunAsync(ITradeReceiver receiver, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        using var timer = new PeriodicTimer(_options.Pulse, _clock);
        var pulse = Connect();
        var stall = NextStall(pulse);
        DateTimeOffset? silentUntil = null;
        try
        {
            LogStarted(_logger, Source.Name, _symbols.Length);
            await receiver.OnInterruptedAsync(_symbols, "connected", cancellationToken).ConfigureAwait(false);
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                var now = _clock.GetUtcNow();
                if (now >= stall)
                {
                    silentUntil = Stall(now);
                    stall = NextStall(silentUntil.Value);
                }

                if (now < silentUntil)
                {
                    continue;
                }

                if (silentUntil is not null || now - pulse > MaxCatchUp)
                {
                    await ReconnectAsync(receiver, silentUntil is null ? "asleep" : "stalled", cancellationToken).ConfigureAwait(false);
                    silentUntil = null;
                }

                pulse = now;
                foreach (var lane in _lanes)
                {
                    await DeliverAsync(lane, Micros.From(now), receiver, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _connected = false;
        }
    }

    private DateTimeOffset Connect()
    {
        var now = _clock.GetUtcNow();
        foreach (var lane in _lanes)
        {
            lane.Tape.SeekTo(Micros.From(now));
        }

        _connected = true;
        return now;
    }

    private async ValueTask ReconnectAsync(ITradeReceiver receiver, string reason, CancellationToken cancellationToken)
    {
        Connect();
        Interlocked.Increment(ref _reconnects);
        await receiver.OnInterruptedAsync(_symbols, reason, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The stream falls silent while it claims to be connected, and what happens meanwhile is lost.</summary>
    private DateTimeOffset Stall(DateTimeOffset now)
    {
        LogStalled(_logger, _options.Faults.StallLength);
        Interlocked.Increment(ref _stalls);
        return now + _options.Faults.StallLength;
    }

    private DateTimeOffset NextStall(DateTimeOffset now) =>
        _options.Faults.StallsPerHour == 0
            ? DateTimeOffset.MaxValue
            : now + TimeSpan.FromHours(Math.Min(10_000, -Math.Log(_random.NextOpen()) / _options.Faults.StallsPerHour));

    private async ValueTask DeliverAsync(Lane lane, long nowMicros, ITradeReceiver receiver, CancellationToken cancellationToken)
    {
        for (int count; (count = lane.Tape.Read(nowMicros, _prints)) > 0;)
        {
            _sent.Clear();
            _malformed.Clear();
            if (lane.Faults.IsIdle)
            {
                _sent.AddRange(_prints.AsSpan(0, count));
            }
            else
            {
                lane.Faults.Pass(_prints.AsSpan(0, count), _sent, _malformed);
            }

            Interlocked.Add(ref _frames, _sent.Count + _malformed.Count);
            await SendAsync(lane.Tape.Spec, nowMicros, receiver, cancellationToken).ConfigureAwait(false);
            foreach (var print in _malformed)
            {
                await receiver.RejectAsync(Spoil(lane.Tape.Spec, in print, nowMicros), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask SendAsync(SymbolSpec spec, long nowMicros, ITradeReceiver receiver, CancellationToken cancellationToken)
    {
        if (_sent.Count == 0)
        {
            return;
        }

        if (_received.Length < _sent.Count)
        {
            _received = new ReceivedPrint[_sent.Count];
        }

        for (var index = 0; index < _sent.Count; index++)
        {
            _received[index] = new ReceivedPrint(_sent[index], _sent[index].TradeTimeMicros, nowMicros);
        }

        await receiver.ReceiveAsync(spec.Symbol, _received.AsMemory(0, _sent.Count), cancellationToken).ConfigureAwait(false);
    }

    private DeadLetter Spoil(SymbolSpec spec, in Print print, long nowMicros)
    {
        var payload = SpoiledFrame.Of(spec, in print, _random.Next(SpoiledFrame.Ways));
        _parser.Parse(payload, nowMicros, out var frame);
        return frame.ToDeadLetter(payload, nowMicros, $"simulator {spec.Symbol.Value.ToLowerInvariant()}@trade");
    }

    [LoggerMessage(EventId = 1301, Level = LogLevel.Information, Message = "SIMULATED: {Symbols} symbols from the {Source}; no price is real")]
    private static partial void LogStarted(ILogger logger, string source, int symbols);

    [LoggerMessage(EventId = 1302, Level = LogLevel.Information, Message = "The simulated stream falls silent for {Length}, as it was told to")]
    private static partial void LogStalled(ILogger logger, TimeSpan length);

    private sealed record Lane(TapeCursor Tape, FaultInjector Faults);
}
