using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Frames;

namespace OrleansMarket.Feeds.Replay;

/// <summary>Plays recordings as if they were a live feed: prints come in the order of their trade times, at a multiple of their own pace.</summary>
/// <remarks>
/// Several recordings are merged by trade time. A silence that would take longer than <see cref="LongestWait"/> is shortened to it. The receive
/// times are those of the recording, so the latency shown is the one that was recorded.
/// </remarks>
public sealed class ReplayFeed : ITradeFeed
{
    /// <summary>The longest wait between two prints.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyList<TapeFile> _files;
    private readonly ReplaySpeed _speed;
    private readonly SymbolTable _symbols;
    private readonly TimeProvider _clock;
    private FeedStatus _status = FeedStatus.Starting;
    private long _bytesRead;

    /// <summary>Builds a feed.</summary>
    /// <param name="files">The recordings, as <see cref="TapeFile.OpenAll"/> gives them; at least one.</param>
    /// <param name="speed">How fast.</param>
    /// <param name="symbols">The symbols and scales that the receiver follows; see <see cref="TapeSymbols"/>.</param>
    /// <param name="clock">The clock to wait by.</param>
    public ReplayFeed(IReadOnlyList<TapeFile> files, ReplaySpeed speed, SymbolTable symbols, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentOutOfRangeException.ThrowIfZero(files.Count, nameof(files));
        ArgumentNullException.ThrowIfNull(symbols);
        ArgumentNullException.ThrowIfNull(clock);
        _files = files;
        _speed = speed;
        _symbols = symbols;
        _clock = clock;
        var name = System.IO.Path.GetFileName(files[0].Path);
        Source = new FeedSource(FeedKind.Replay, files.Count == 1 ? name : $"{name} and {files.Count - 1} more");
    }

    /// <inheritdoc/>
    public FeedSource Source { get; }

    /// <inheritdoc/>
    public FeedStatus Status => Volatile.Read(ref _status);

    /// <summary>Gets how much of the files on disk was read, bytes; readable from any thread.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <inheritdoc/>
    /// <exception cref="TapeException">A recording cannot be used; what lies before the fault was delivered.</exception>
    public Task RunAsync(ITradeReceiver receiver, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return PlayAsync((_, spec, prints) => receiver.ReceiveAsync(spec.Symbol, prints, cancellationToken), letter => receiver.RejectAsync(letter, cancellationToken), cancellationToken);
    }

    /// <summary>Plays to a receiver that also wants to know from which file prints come.</summary>
    internal async Task PlayAsync(
        Func<TapeFile, SymbolSpec, ReadOnlyMemory<ReceivedPrint>, ValueTask> receive, Func<DeadLetter, ValueTask> reject, CancellationToken cancellationToken)
    {
        var lanes = new List<Lane>(_files.Count);
        try
        {
            foreach (var file in _files)
            {
                lanes.Add(new Lane(file.OpenReader(_symbols)));
            }

            var pace = new Pace(_speed, _clock);
            Publish(lanes, isOver: false);
            foreach (var lane in lanes)
            {
                await FillAsync(lane, reject, cancellationToken).ConfigureAwait(false);
            }

            while (Earliest(lanes, out var until) is { } lane)
            {
                await pace.WaitForAsync(lane.NextMicros, cancellationToken).ConfigureAwait(false);
                var (spec, prints) = lane.Take(Math.Min(until, pace.DueMicros(lane.NextMicros)));
                await receive(lane.Reader.File, spec, prints).ConfigureAwait(false);
                if (lane.IsUsedUp)
                {
                    await FillAsync(lane, reject, cancellationToken).ConfigureAwait(false);
                    Publish(lanes, isOver: false);
                }
            }

            Publish(lanes, isOver: true);
        }
        catch (TapeException e)
        {
            Volatile.Write(ref _status, Status with { Connected = false, Connections = 0, LastError = e.Message });
            throw;
        }
        finally
        {
            foreach (var lane in lanes)
            {
                lane.Reader.Dispose();
            }
        }
    }

    /// <summary>The lane whose next print is the oldest, and the time up to which it alone may go on.</summary>
    private static Lane? Earliest(List<Lane> lanes, out long untilMicros)
    {
        Lane? earliest = null;
        untilMicros = long.MaxValue;
        foreach (var lane in lanes)
        {
            if (lane.IsUsedUp)
            {
                continue;
            }

            if (earliest is null || lane.NextMicros < earliest.NextMicros)
            {
                untilMicros = Math.Min(untilMicros, earliest?.NextMicros ?? long.MaxValue);
                earliest = lane;
            }
            else
            {
                untilMicros = Math.Min(untilMicros, lane.NextMicros);
            }
        }

        return earliest;
    }

    private static async ValueTask FillAsync(Lane lane, Func<DeadLetter, ValueTask> reject, CancellationToken cancellationToken)
    {
        while (lane.IsUsedUp && !lane.IsOver)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lane.Fill();
            foreach (var letter in lane.Block.DeadLetters)
            {
                await reject(letter).ConfigureAwait(false);
            }
        }
    }

    private void Publish(List<Lane> lanes, bool isOver)
    {
        var playing = isOver ? 0 : lanes.Count(lane => !lane.IsOver);
        Volatile.Write(ref _bytesRead, lanes.Sum(lane => lane.Block.FilePosition));
        Volatile.Write(ref _status, new FeedStatus(
            playing > 0, playing, playing, 0, lanes.Sum(lane => lane.Frames), lanes.Sum(lane => lane.OtherFrames), null, null));
    }

    /// <summary>One recording and where we are in it.</summary>
    private sealed class Lane(TapeReader reader)
    {
        private int _run;
        private int _print;

        public TapeReader Reader { get; } = reader;

        public TapeBlock Block { get; } = new();

        public bool IsOver { get; private set; }

        public long Frames { get; private set; }

        public long OtherFrames { get; private set; }

        public bool IsUsedUp => _run == Block.Runs.Length;

        public long NextMicros => Block.Span(in Block.Runs[_run])[_print].Print.TradeTimeMicros;

        public void Fill()
        {
            IsOver = !Reader.Read(Block);
            (_run, _print) = (0, 0);
            OtherFrames += Block.OtherRows;
            Frames += Block.Count + Block.OtherRows + Block.DeadLetters.Count;
        }

        /// <summary>Takes the next print and those of the same symbol behind it that are not younger than the given time.</summary>
        public (SymbolSpec Spec, ReadOnlyMemory<ReceivedPrint> Prints) Take(long untilMicros)
        {
            var run = Block.Runs[_run];
            var prints = Block.Span(in run);
            var end = _print + 1;
            while (end < prints.Length && prints[end].Print.TradeTimeMicros <= untilMicros)
            {
                end++;
            }

            var taken = Block.Prints(in run)[_print..end];
            _print = end;
            if (end == prints.Length)
            {
                _run++;
                _print = 0;
            }

            return (run.Spec, taken);
        }
    }

    /// <summary>Maps the recording's time to the clock's.</summary>
    private sealed class Pace(ReplaySpeed speed, TimeProvider clock)
    {
        private long _startTimestamp;
        private long _startMicros = long.MinValue;

        /// <summary>The recording's time that is due now; at least the given one.</summary>
        public long DueMicros(long leastMicros) =>
            speed.IsMax ? long.MaxValue : Math.Max(leastMicros, _startMicros + (long)(clock.GetElapsedTime(_startTimestamp).TotalMicroseconds * speed.Factor));

        public ValueTask WaitForAsync(long micros, CancellationToken cancellationToken)
        {
            if (speed.IsMax)
            {
                return ValueTask.CompletedTask;
            }

            if (_startMicros == long.MinValue)
            {
                Restart(micros);
                return ValueTask.CompletedTask;
            }

            var wait = TimeSpan.FromMicroseconds((micros - _startMicros) / speed.Factor) - clock.GetElapsedTime(_startTimestamp);
            if (wait <= TimeSpan.Zero)
            {
                return ValueTask.CompletedTask;
            }

            return wait > LongestWait ? new(WaitAndRestartAsync(micros, cancellationToken)) : new(Task.Delay(wait, clock, cancellationToken));
        }

        private async Task WaitAndRestartAsync(long micros, CancellationToken cancellationToken)
        {
            await Task.Delay(LongestWait, clock, cancellationToken).ConfigureAwait(false);
            Restart(micros);
        }

        private void Restart(long micros)
        {
            _startMicros = micros;
            _startTimestamp = clock.GetTimestamp();
        }
    }
}
