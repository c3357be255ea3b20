using Microsoft.Extensions.Logging;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Frames;
using OrleansMarket.Feeds.Binance.Rest;
using OrleansMarket.Feeds.Binance.Streams;

namespace OrleansMarket.Feeds.Binance;

/// <summary>The exchange's live trades over combined market streams.</summary>
/// <remarks>
/// Source: Binance Spot API, "WebSocket Streams". Loses nothing knowingly: it waits for its receiver rather than drop, replaces connections before they go, and says
/// <see cref="ITradeReceiver.OnInterruptedAsync"/> whenever something may have been missed.
/// </remarks>
public sealed partial class BinanceFeed : ITradeFeed
{
    // 300 per 5 minutes and address; the rest is left to whatever else runs there.
    private const int ConnectionAttempts = 250;

    private static readonly TimeSpan AttemptWindow = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ClockInterval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ClockRetry = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<SymbolSpec> _specs;
    private readonly IExchange _exchange;
    private readonly IExchangeClock _exchangeClock;
    private readonly AccessMemory _memory;
    private readonly BinanceFeedOptions _options;
    private readonly TimeProvider _clock;
    private readonly FeedInstruments _metrics;
    private readonly ILogger _logger;
    private readonly Func<double>? _draw;
    private readonly StreamHosts _hosts;
    private readonly Lock _gate = new();
    private StreamContext? _context;
    private StreamSlot[] _slots = [];
    private long? _clockOffset;

    /// <summary>Builds a feed; nothing is sent before <see cref="RunAsync"/>.</summary>
    /// <param name="specs">The symbols to follow; prints carry the scale of these.</param>
    /// <param name="exchange">Confirms whether a silence is a fault.</param>
    /// <param name="exchangeClock">Measures the exchange's clock.</param>
    /// <param name="memory">Remembers which hosts refuse our location.</param>
    /// <param name="options">The settings.</param>
    /// <param name="clock">The time, also of timers.</param>
    /// <param name="metrics">The instruments.</param>
    /// <param name="logger">The log.</param>
    /// <param name="draw">Draws the jitter; tests give their own.</param>
    public BinanceFeed(
        IReadOnlyList<SymbolSpec> specs, IExchange exchange, IExchangeClock exchangeClock, AccessMemory memory, BinanceFeedOptions options,
        TimeProvider clock, FeedInstruments metrics, ILogger<BinanceFeed> logger, Func<double>? draw = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(specs);
        _specs = [.. specs.DistinctBy(spec => spec.Symbol)];
        _exchange = exchange ?? throw new ArgumentNullException(nameof(exchange));
        _exchangeClock = exchangeClock ?? throw new ArgumentNullException(nameof(exchangeClock));
        _memory = memory ?? throw new ArgumentNullException(nameof(memory));
        _options = options;
        _clock = clock ?? throw new ArgumentNullException(nameof(clock));
        _metrics = metrics ?? throw new ArgumentNullException(nameof(metrics));
        _logger = logger ?? throw new ArgumentNullException(nameof(logger));
        _draw = draw;
        _hosts = new StreamHosts(options.StreamEndpoints.Length > 0 ? options.StreamEndpoints : BinanceFeedOptions.DefaultStreamEndpoints, memory, options, clock);
        Planned = StreamPlanner.Plan(_specs, options.StreamsPerConnection).Count;
    }

    /// <inheritdoc/>
    public FeedSource Source => new(FeedKind.Live, _hosts.Choose().Endpoint.Host);

    /// <inheritdoc/>
    public FeedStatus Status
    {
        get
        {
            lock (_gate)
            {
                return _context is not { } context
                    ? FeedStatus.Starting with { Planned = Planned }
                    : new FeedStatus(
                        _slots.Length > 0 && Array.TrueForAll(_slots, slot => slot.IsUp), context.Connections, Planned, context.Reconnects, context.Frames,
                        context.OtherFrames, _clockOffset, context.LastError);
            }
        }
    }

    /// <summary>Gets what carries connections, where a test has its own.</summary>
    internal HttpMessageInvoker? Transport { get; init; }

    private int Planned { get; }

    /// <inheritdoc/>
    public async Task RunAsync(ITradeReceiver receiver, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var attempts = new AttemptLimiter(ConnectionAttempts, AttemptWindow, _clock);
        var context = new StreamContext
        {
            Options = _options,
            Parser = new BinanceFrameParser(new SymbolTable(_specs)),
            Receiver = receiver,
            Exchange = _exchange,
            Hosts = _hosts,
            Attempts = attempts,
            Clock = _clock,
            Metrics = _metrics,
            Logger = _logger,
            Draw = _draw,
            Transport = Transport,
        };
        StreamSlot[] slots = [.. StreamPlanner.Plan(_specs, _options.StreamsPerConnection).Select(specs => new StreamSlot(context, specs))];
        lock (_gate)
        {
            _context = context;
            _slots = slots;
        }

        try
        {
            await _memory.RestoreAsync(_hosts.Names, cancellationToken).ConfigureAwait(false);
            Task[] running = [.. slots.Select(slot => slot.RunAsync(stop.Token)), MeasureClockAsync(stop.Token)];
            var first = await Task.WhenAny([.. running, context.ReceiverFailure]).ConfigureAwait(false);

            // None ends by itself but by a failure of the receiver: then nothing else should go on.
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
        catch (ReceiverFailedException exception)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerException!);
        }
        finally
        {
            foreach (var slot in slots)
            {
                slot.Dispose();
            }
        }
    }

    private async Task MeasureClockAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var pause = ClockInterval;
            try
            {
                var offset = await _exchangeClock.MeasureOffsetAsync(cancellationToken).ConfigureAwait(false);
                lock (_gate)
                {
                    _clockOffset = offset;
                }
            }
            catch (Exception exception) when (exception is ExchangeUnavailableException or OperationCanceledException && !exception.IsStop(cancellationToken))
            {
                pause = (exception as ExchangeUnavailableException)?.RetryAfter is { } asked && asked > ClockRetry ? asked : ClockRetry;
                LogClockUnknown(_logger, exception.Message);
            }

            await Task.Delay(pause, _clock, cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(EventId = 1021, Level = LogLevel.Debug, Message = "The exchange's clock was not measured: {Error}")]
    private static partial void LogClockUnknown(ILogger logger, string error);
}
