using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Replay;

/// <summary>
/// Runs recordings through the engines, one per symbol, and keeps what they conclude. Time is the tape's: the same files give the same
/// result, bit for bit, at any speed.
/// </summary>
/// <remarks>Not safe for use from several threads at once.</remarks>
public sealed class ReplayRun
{
    private readonly ReplayOptions _options;
    private readonly Action<SymbolSpec, SignalFrame>? _onSecond;
    private readonly Dictionary<Symbol, ReplayLane> _lanes = [];
    private readonly List<ReplayLane> _order = [];
    private readonly Dictionary<DeadLetterReason, long> _deadLetters = [];
    private readonly List<DeadLetter> _firstDeadLetters = [];
    private SymbolSpec? _lastSpec;
    private ReplayLane? _lastLane;
    private long _otherFrames;

    /// <summary>Builds a run.</summary>
    /// <param name="options">What to work out.</param>
    /// <param name="onSecond">Hears of every second that an engine concluded; the frame is reused.</param>
    public ReplayRun(ReplayOptions options, Action<SymbolSpec, SignalFrame>? onSecond = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _onSecond = onSecond;
    }

    /// <summary>Gets the candles of every symbol and interval, symbols in the order of their first trade.</summary>
    public IReadOnlyList<CandleSeries> Series => [.. _order.SelectMany(lane => lane.Series)];

    /// <summary>Gets the first dead letters, at most 20, to show.</summary>
    public IReadOnlyList<DeadLetter> FirstDeadLetters => _firstDeadLetters;

    /// <summary>Gets the trades counted so far.</summary>
    public long Trades
    {
        get
        {
            long sum = 0;
            foreach (var lane in _order)
            {
                sum += lane.Counts.Trades;
            }

            return sum;
        }
    }

    /// <summary>Takes a block of a recording.</summary>
    public void Take(TapeBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        foreach (ref readonly var run in block.Runs)
        {
            Take(block.File!, run.Spec, block.Span(in run));
        }

        foreach (var letter in block.DeadLetters)
        {
            Reject(letter);
        }

        _otherFrames += block.OtherRows;
    }

    /// <summary>Takes prints of one symbol, in the order of their file.</summary>
    public void Take(TapeFile file, SymbolSpec spec, ReadOnlySpan<ReceivedPrint> prints)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(spec);
        if (!prints.IsEmpty)
        {
            (ReferenceEquals(spec, _lastSpec) ? _lastLane! : LaneOf(spec)).Take(file, prints);
        }
    }

    /// <summary>Counts what a reader refused.</summary>
    public void Reject(DeadLetter letter)
    {
        ArgumentNullException.ThrowIfNull(letter);
        Count(letter.Reason, 1);
        if (_firstDeadLetters.Count < 20)
        {
            _firstDeadLetters.Add(letter);
        }
    }

    /// <summary>Ends the run; the candles are final from here on.</summary>
    /// <param name="elapsed">How long it took.</param>
    public ReplaySummary Finish(TimeSpan elapsed)
    {
        long whole = 0, partial = 0;
        foreach (var lane in _order)
        {
            lane.Finish();
            Count(DeadLetterReason.Straddles, lane.Straddling);
            Count(DeadLetterReason.TooFarAhead, lane.TooFarAhead);
            Count(DeadLetterReason.TooLate, _options.CandlesOnly ? lane.Counts.DeadLetters : lane.TooLate);
            foreach (var series in lane.Series)
            {
                var (w, p) = series.Count();
                whole += w;
                partial += p;
            }
        }

        return new ReplaySummary
        {
            Symbols = [.. _order.Select(lane => lane.Spec.Symbol)],
            Trades = Trades,
            Duplicates = _order.Sum(lane => lane.Counts.Duplicates),
            Gaps = _order.Sum(lane => lane.Counts.Gaps),
            MissingIds = _order.Sum(lane => lane.MissingIds),
            DeadLetters = _deadLetters,
            OtherFrames = _otherFrames,
            Candles = whole,
            PartialCandles = partial,
            Whales = _order.Sum(lane => lane.Whales),
            Alerts = _order.Sum(lane => lane.Alerts),
            TimesMicros = _order.Count == 0 ? (0, 0) : (_order.Min(lane => lane.FirstTradeMicros), _order.Max(lane => lane.LastTradeMicros)),
            Elapsed = elapsed,
        };
    }

    private ReplayLane LaneOf(SymbolSpec spec)
    {
        if (!_lanes.TryGetValue(spec.Symbol, out var lane))
        {
            lane = new ReplayLane(spec, _options, _onSecond);
            _lanes.Add(spec.Symbol, lane);
            _order.Add(lane);
        }

        _lastSpec = spec;
        _lastLane = lane;
        return lane;
    }

    private void Count(DeadLetterReason reason, long count)
    {
        if (count > 0)
        {
            _deadLetters[reason] = _deadLetters.GetValueOrDefault(reason) + count;
        }
    }
}
