using System.Buffers;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.Influx;

/// <summary>
/// Where lines wait for the server, on the disk: they are there for good before their giver is told so, and leave in the order in which they
/// came. It holds so many bytes and no more; beyond that the oldest file goes.
/// </summary>
/// <remarks>
/// What is delivered is not written down. After a crash the file that was being delivered is delivered again from its beginning, which changes
/// nothing: the same lines write the same points, in the same order.
/// </remarks>
internal sealed partial class SeriesSpool : IDisposable
{
    /// <summary>Delivered bytes that may stay in the file that is being written before it is begun anew.</summary>
    private const int StaleBytes = 256 * 1_024;

    private const int MaxFrameBytes = 256 * 1_024;
    private const int MaxGroupBytes = 4 << 20;

    private readonly string _directory;
    private readonly int _maxFramePoints;
    private readonly long _maxBytes;
    private readonly long _segmentBytes;
    private readonly SeriesInstruments _instruments;
    private readonly TimeProvider _clock;
    private readonly ILogger<SeriesSpool> _logger;
    private readonly DataDirectoryLock _lock;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Channel<bool> _arrived = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly LinkedList<SpoolSegment> _segments = [];
    private SpoolSegment? _active;
    private SpoolSegment? _appended;
    private Group _group = new();
    private long _nextNumber = 1;
    private long _waitingBytes;
    private long _waitingPoints;
    private bool _isFull;
    private bool _isClosed;

    /// <summary>Opens the spool with what an earlier process has left in it.</summary>
    /// <exception cref="StorageException">The directory cannot be used, or another process uses it.</exception>
    public SeriesSpool(IOptions<InfluxOptions> options, SeriesInstruments instruments, TimeProvider clock, ILogger<SeriesSpool> logger)
    {
        _directory = options.Value.SpoolDirectory!;
        _maxFramePoints = options.Value.BatchPoints;
        _maxBytes = options.Value.SpoolMaxBytes;
        _segmentBytes = Math.Min(8 << 20, _maxBytes / 8);
        (_instruments, _clock, _logger) = (instruments, clock, logger);
        _lock = DataDirectoryLock.Acquire(_directory);
        try
        {
            foreach (var (number, path) in SpoolSegment.Find(_directory))
            {
                Take(SpoolSegment.Open(path, number, out var damaged));
                instruments.OnDamaged(damaged);
                _nextNumber = number + 1;
            }
        }
        catch (Exception exception)
        {
            Dispose();
            throw StorageErrors.Translate(exception, _directory);
        }

        if (_waitingPoints > 0)
        {
            LogFound(logger, _waitingPoints);
        }

        instruments.Watch(Describe);
    }

    /// <summary>Adds lines; they are on the disk when the task completes.</summary>
    /// <param name="lines">Whole lines, each ended by a line feed.</param>
    /// <param name="cancellationToken">Gives up; whether the lines were added is then unknown.</param>
    /// <exception cref="StorageException">They could not be written.</exception>
    public async Task AppendAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        while (!lines.IsEmpty)
        {
            Group group;
            lock (_gate)
            {
                // Who comes while others wait for the disk joins them, and shares their wait.
                group = _group;
                while (!lines.IsEmpty && group.Bytes.WrittenCount < MaxGroupBytes)
                {
                    var (length, points) = LineText.Take(lines.Span, _maxFramePoints, MaxFrameBytes);
                    group.Frames.Add(SpoolFrame.Write(group.Bytes, 0, Micros.From(_clock.GetUtcNow()), points, lines.Span[..length]));
                    lines = lines[length..];
                }
            }

            await WriteAsync(group, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until something is there to be delivered.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        while (Describe().Points == 0)
        {
            await _arrived.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What waits.</summary>
    public (long Bytes, long Points, TimeSpan OldestAge) Describe()
    {
        lock (_gate)
        {
            foreach (var segment in _segments)
            {
                if (!segment.IsDelivered)
                {
                    var age = _clock.GetUtcNow() - Micros.ToInstant(segment.Frames[segment.Delivered].AppendedMicros);
                    return (_waitingBytes, _waitingPoints, age > TimeSpan.Zero ? age : TimeSpan.Zero);
                }
            }

            return default;
        }
    }

    /// <summary>The oldest lines, as many as fit a request; <see langword="null"/> when there are none. They stay until <see cref="Advance"/>.</summary>
    public SpoolBatch? Peek(int maxPoints, int maxBytes)
    {
        lock (_gate)
        {
            var lines = new ArrayBufferWriter<byte>(1_024);
            var points = 0;
            SpoolBatch? batch = null;
            foreach (var segment in _segments)
            {
                for (var index = segment.Delivered; index < segment.Frames.Count; index++)
                {
                    var frame = segment.Frames[index];
                    if (points > 0 && (points + frame.Points > maxPoints || lines.WrittenCount + frame.LinesLength > maxBytes))
                    {
                        return batch;
                    }

                    if (segment.TryRead(in frame, out var text))
                    {
                        lines.Write(text.Span);
                        points += frame.Points;
                    }
                    else
                    {
                        _instruments.OnDamaged(1);
                        _instruments.OnDropped(frame.Points, LossReason.Damaged);
                        LogDamaged(_logger, frame.Points, segment.Path);
                    }

                    batch = new SpoolBatch(lines.WrittenMemory, points, segment.Number, index + 1);
                }
            }

            return batch;
        }
    }

    /// <summary>A batch has reached its end: what it was made from leaves.</summary>
    public void Advance(in SpoolBatch batch)
    {
        lock (_gate)
        {
            // What was dropped meanwhile is gone already.
            while (_segments.First?.Value is { } segment && segment.Number <= batch.Segment)
            {
                var delivered = segment.Number < batch.Segment ? segment.Frames.Count : Math.Max(segment.Delivered, batch.Frames);
                Leave(segment, delivered);
                // A file that lines are just being written to is not over, even if all that was in it before is delivered.
                var isOver = segment != _appended && (segment != _active || segment.Length >= StaleBytes);
                if (!segment.IsDelivered || !isOver)
                {
                    break;
                }

                Remove(segment);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // What is on its way to the disk arrives first; what comes later is refused.
        _writing.Wait();
        _isClosed = true;
        foreach (var segment in _segments)
        {
            // What is delivered in full need not be delivered again at the next start.
            if (segment.IsDelivered)
            {
                TryRemove(segment);
            }
            else
            {
                segment.Dispose();
            }
        }

        _segments.Clear();
        _lock.Dispose();
        _writing.Release();
    }

    private async Task WriteAsync(Group group, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!group.Done.Task.IsCompleted)
            {
                ObjectDisposedException.ThrowIf(_isClosed, this);
                lock (_gate)
                {
                    _group = new Group();
                }

                // The disk is waited for on a thread of its own: the caller may be a grain.
                await Task.Run(() => Store(group), CancellationToken.None).ConfigureAwait(false);
            }
        }
        finally
        {
            _writing.Release();
        }

        await group.Done.Task.ConfigureAwait(false);
    }

    private void Store(Group group)
    {
        try
        {
            SpoolSegment? active;
            lock (_gate)
            {
                active = _active is { } current && current.Length < _segmentBytes ? current : null;
                _appended = active;
            }

            var segment = active ?? SpoolSegment.Create(_directory, _nextNumber);
            var offset = segment.Length;
            try
            {
                segment.Append(group.Bytes.WrittenSpan);
            }
            catch when (active is null)
            {
                TryRemove(segment);
                throw;
            }

            lock (_gate)
            {
                _appended = null;
                if (active is null)
                {
                    _nextNumber++;
                    _active = segment;
                    _segments.AddLast(segment);
                }

                foreach (var frame in group.Frames)
                {
                    segment.Frames.Add(frame with { Offset = frame.Offset + offset });
                    _waitingBytes += frame.Length;
                    _waitingPoints += frame.Points;
                }

                DropOldest();
            }

            group.Done.SetResult();
            _arrived.Writer.TryWrite(true);
        }
        catch (Exception exception)
        {
            lock (_gate)
            {
                _appended = null;
            }

            group.Done.SetException(StorageErrors.Translate(exception, _directory));
        }
    }

    private void DropOldest()
    {
        var dropped = 0L;
        while (_segments.Count > 1 && _segments.Sum(segment => segment.Length) > _maxBytes)
        {
            var oldest = _segments.First!.Value;
            var before = _waitingPoints;
            Leave(oldest, oldest.Frames.Count);
            dropped += before - _waitingPoints;
            Remove(oldest);
        }

        if (dropped > 0)
        {
            _instruments.OnDropped(dropped, LossReason.SpoolFull);
            if (!_isFull)
            {
                LogFull(_logger, _maxBytes >> 20);
            }
        }

        // Said once for each time that the spool fills, not for each file that goes.
        _isFull = dropped > 0 || (_isFull && _waitingBytes > _maxBytes / 2);
    }

    private void Leave(SpoolSegment segment, int delivered)
    {
        for (; segment.Delivered < delivered; segment.Delivered++)
        {
            _waitingBytes -= segment.Frames[segment.Delivered].Length;
            _waitingPoints -= segment.Frames[segment.Delivered].Points;
        }
    }

    private void Take(SpoolSegment segment)
    {
        if (segment.Frames.Count == 0)
        {
            TryRemove(segment);
            return;
        }

        _segments.AddLast(segment);
        _waitingBytes += segment.Frames.Sum(frame => (long)frame.Length);
        _waitingPoints += segment.Frames.Sum(frame => (long)frame.Points);
    }

    private void Remove(SpoolSegment segment)
    {
        _segments.Remove(segment);
        _active = _active == segment ? null : _active;
        TryRemove(segment);
    }

    private static void TryRemove(SpoolSegment segment)
    {
        try
        {
            segment.Remove();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays, and what is in it is delivered once more at the next start, which changes nothing.
        }
    }

    /// <summary>Frames that reach the disk together.</summary>
    private sealed class Group
    {
        public ArrayBufferWriter<byte> Bytes { get; } = new();

        public List<SpoolFrame> Frames { get; } = [];

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [LoggerMessage(EventId = 2201, Level = LogLevel.Information, Message = "{Points} points of an earlier run wait for InfluxDB")]
    private static partial void LogFound(ILogger logger, long points);

    [LoggerMessage(EventId = 2202, Level = LogLevel.Error, Message = "The spool for InfluxDB is full ({Megabytes} MiB): the oldest points are dropped until InfluxDB takes some (market.influx.dropped counts them)")]
    private static partial void LogFull(ILogger logger, long megabytes);

    [LoggerMessage(EventId = 2203, Level = LogLevel.Error, Message = "{Points} points for InfluxDB cannot be read again in {Path} and are lost: check the disk")]
    private static partial void LogDamaged(ILogger logger, int points, string path);
}

/// <summary>Lines of the spool for one request.</summary>
/// <param name="Lines">The lines.</param>
/// <param name="Points">How many they are.</param>
/// <param name="Segment">The file in which they end.</param>
/// <param name="Frames">How many frames of that file they and what is older take.</param>
internal readonly record struct SpoolBatch(ReadOnlyMemory<byte> Lines, int Points, long Segment, int Frames);
