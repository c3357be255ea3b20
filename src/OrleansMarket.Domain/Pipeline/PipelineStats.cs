using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Pipeline;

/// <summary>What one process of the pipeline counts and times, from the socket to the alert. Safe to use from several threads.</summary>
public sealed class PipelineStats(TimeProvider clock)
{
    // A batch from a stream is not larger; a larger one is timed in parts.
    private const int MostAtOnce = 512;

    private readonly RateMeter _frames = new();
    private readonly RateMeter _letters = new();
    private long _newestTradeMicros;
    private long _produced;
    private long _deadLetters;

    /// <summary>Gets the time from the exchange's send to our socket.</summary>
    public LatencyRecorder Exchange { get; } = new("exchange");

    /// <summary>Gets the time from our socket to the engine.</summary>
    public LatencyRecorder Queue { get; } = new("queue");

    /// <summary>Gets the time that the engine takes for a batch of prints.</summary>
    public LatencyRecorder Engine { get; } = new("engine");

    /// <summary>Gets the time from the exchange's send to the engine: the lag that people feel.</summary>
    public LatencyRecorder Total { get; } = new("total");

    /// <summary>Gets the time a commit takes.</summary>
    public LatencyRecorder Store { get; } = new("store");

    /// <summary>Gets the time from an alert's decision to its recorded delivery.</summary>
    public LatencyRecorder Alert { get; } = new("alert");

    /// <summary>Gets how far each symbol was read and applied here.</summary>
    public TradeProgress Progress { get; } = new();

    /// <summary>Gets the rate of trades.</summary>
    public RateMeter Trades { get; } = new();

    /// <summary>Gets the trades counted since start.</summary>
    public long Produced => Interlocked.Read(ref _produced);

    /// <summary>Gets the dead letters since start.</summary>
    public long DeadLetters => Interlocked.Read(ref _deadLetters);

    /// <summary>Gets the newest trade time of any symbol, µs.</summary>
    public long NewestTradeMicros => Interlocked.Read(ref _newestTradeMicros);

    /// <summary>Gets our clock, µs.</summary>
    public long NowMicros => Micros.From(clock.GetUtcNow());

    /// <summary>Gets a mark to measure from, for <see cref="OnApplied"/>.</summary>
    public long Timestamp => clock.GetTimestamp();

    /// <summary>Prints went into their engine.</summary>
    /// <param name="symbol">Their symbol.</param>
    /// <param name="prints">The prints.</param>
    /// <param name="begun">The <see cref="Timestamp"/> before the engine took them.</param>
    public void OnApplied(Symbol symbol, ReadOnlySpan<ReceivedPrint> prints, long begun)
    {
        if (prints.IsEmpty)
        {
            return;
        }

        var now = NowMicros;
        Engine.Record(Micros.From(clock.GetElapsedTime(begun)), now);
        Progress.OnApplied(symbol, prints[^1].Print.LastId);
        var (trades, newest) = (0L, 0L);
        Span<long> exchange = stackalloc long[MostAtOnce], queue = stackalloc long[MostAtOnce], total = stackalloc long[MostAtOnce];
        for (var rest = prints; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, MostAtOnce)..])
        {
            var count = Math.Min(rest.Length, MostAtOnce);
            for (var index = 0; index < count; index++)
            {
                ref readonly var received = ref rest[index];
                newest = Math.Max(newest, received.Print.TradeTimeMicros);
                trades += received.Print.TradeCount;
                exchange[index] = received.LatencyMicros;
                queue[index] = now - received.ReceivedTimeMicros;
                total[index] = now - received.EventTimeMicros;
            }

            Exchange.Record(exchange[..count], now);
            Queue.Record(queue[..count], now);
            Total.Record(total[..count], now);
        }

        Interlocked.Add(ref _produced, trades);
        if (newest > NewestTradeMicros)
        {
            Interlocked.Exchange(ref _newestTradeMicros, newest);
        }

        Trades.Add(trades, now);
        _frames.Add(prints.Length, now);
    }

    /// <summary>A message was refused.</summary>
    public void OnDeadLetter()
    {
        Interlocked.Increment(ref _deadLetters);
        _letters.Add(1, NowMicros);
    }

    /// <summary>An alert was told.</summary>
    /// <param name="decidedMicros">When its rule said so, on the exchange's clock, µs. More than an hour ago (in a recording, or behind a long repair) says nothing of the way and is not counted.</param>
    public void OnAlertTold(long decidedMicros)
    {
        var now = NowMicros;
        if (now - decidedMicros < Micros.PerHour)
        {
            Alert.Record(now - decidedMicros, now);
        }
    }

    /// <summary>Dead letters per 1,000 messages of late; NaN without messages.</summary>
    public double DeadLettersPerThousand()
    {
        var now = NowMicros;
        var (letters, frames) = (_letters.PerSecond(now), _frames.PerSecond(now));
        return letters + frames == 0 ? double.NaN : 1_000 * letters / (letters + frames);
    }

    /// <summary>What the pipeline says of itself.</summary>
    /// <param name="tradingExpected">Whether the source trades as time passes; a recording does not.</param>
    public PipelineReading Read(bool tradingExpected)
    {
        var lag = Total.Describe(NowMicros);
        return new PipelineReading(lag.Count == 0 ? double.NaN : lag.P99 / 1_000, DeadLettersPerThousand(), double.NaN, tradingExpected);
    }

    /// <summary>Everything counted and timed; feed, backlog and parts are for the host to add.</summary>
    public PipelineState Describe()
    {
        var now = NowMicros;
        return new PipelineState
        {
            Feed = FeedStatus.Starting,
            Produced = Produced,
            DeadLetters = DeadLetters,
            TradesPerSecond = Trades.PerSecond(now),
            NewestTradeMicros = NewestTradeMicros,
            Latency =
            [
                Exchange.Describe(now), Queue.Describe(now), Engine.Describe(now), Total.Describe(now), Store.Describe(now), Alert.Describe(now),
            ],
        };
    }
}
