using System.Buffers;
using System.Net.WebSockets;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Frames;

namespace OrleansMarket.Feeds.Binance.Streams;

/// <content>Reading: frames to prints, prints to batches, batches to the receiver. Nothing is allocated per frame.</content>
internal sealed partial class StreamConnection
{
    private const int FirstBufferBytes = 16 * 1024;

    private static readonly TimeSpan NotablePause = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<SymbolSpec, SymbolBatch> _batches;
    private readonly List<SymbolBatch> _filled = [];
    private BinanceFrame _frame;
    private SymbolBatch? _lastBatch;
    private long _burstStartMicros;
    private long _newFrames;
    private long _newOthers;
    private long _lastFrameTimestamp;

    private enum NextStep : byte
    {
        Read,
        Flush,
        Reject,
    }

    private async Task ReadAllAsync()
    {
        StreamEnd end;
        try
        {
            end = await ReadAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            end = new StreamEnd(StreamEndReason.Closed, "stopped");
        }
        catch (ReceiverFailedException exception)
        {
            _context.OnReceiverFailed(exception);
            end = new StreamEnd(StreamEndReason.Failed, exception.Message);
        }
        catch (Exception exception)
        {
            // Sockets fail in many ways; each ends this connection and nothing else.
            end = new StreamEnd(StreamEndReason.Failed, $"{_endpoint.Host} broke off: {exception.GetBaseException().Message}");
        }

        CountFrames();
        _hearsNothing = true;
        FailWaiting(end.Detail);
        _ended.TrySetResult(end);
    }

    private async Task<StreamEnd> ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
        try
        {
            for (var filled = 0; ;)
            {
                var receiving = _socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken);
                if (!receiving.IsCompleted)
                {
                    // The burst is over: hand on what it brought while the socket waits for more.
                    await FlushAsync(cancellationToken).ConfigureAwait(false);
                }

                var result = await receiving.ConfigureAwait(false);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    await FlushAsync(cancellationToken).ConfigureAwait(false);
                    await AnswerCloseAsync(cancellationToken).ConfigureAwait(false);
                    return new StreamEnd(StreamEndReason.Closed, $"{_endpoint.Host} closed with {(int?)_socket.CloseStatus} {_socket.CloseStatusDescription}".TrimEnd());
                }

                filled += result.Count;
                if (result.EndOfMessage)
                {
                    var received = Micros.From(_context.Clock.GetUtcNow());
                    switch (Take(buffer.AsSpan(0, filled), received))
                    {
                        case NextStep.Flush:
                            await FlushAsync(cancellationToken).ConfigureAwait(false);
                            break;
                        case NextStep.Reject:
                            await RejectAsync(_frame.ToDeadLetter(buffer.AsSpan(0, filled), received, _endpoint.Host), cancellationToken).ConfigureAwait(false);
                            break;
                    }

                    filled = 0;
                }
                else if (filled == buffer.Length)
                {
                    if (filled >= _context.Options.MaxFrameBytes)
                    {
                        return new StreamEnd(StreamEndReason.Oversized, $"{_endpoint.Host} sent a message of more than {_context.Options.MaxFrameBytes} bytes");
                    }

                    buffer = Grow(buffer, filled);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task AnswerCloseAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_socket.State == WebSocketState.CloseReceived)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or InvalidOperationException)
        {
            // The answer is a courtesy; the server has closed already.
        }
    }

    private static byte[] Grow(byte[] buffer, int filled)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private NextStep Take(ReadOnlySpan<byte> utf8, long received)
    {
        _newFrames++;
        switch (_context.Parser.Parse(utf8, received, out _frame))
        {
            case FrameVerdict.Trade:
                OnData();
                return Add(received);
            case FrameVerdict.Rejected:
                OnData();
                return NextStep.Reject;
            default:
                _newOthers++;
                if (_frame.Kind == FrameKind.ControlAnswer)
                {
                    OnAnswer(utf8);
                }
                else if (_frame.Kind == FrameKind.ServerShutdown)
                {
                    LogShutdown(_context.Logger, _endpoint.Host);
                    _ended.TrySetResult(new StreamEnd(StreamEndReason.Shutdown, $"{_endpoint.Host} is shutting down"));
                }

                return NextStep.Read;
        }
    }

    private NextStep Add(long received)
    {
        var spec = _frame.Spec!;
        var batch = _lastBatch;
        if (batch is null || !ReferenceEquals(batch.Spec, spec))
        {
            if (!_batches.TryGetValue(spec, out batch))
            {
                // Subscribed on another connection, which brings it.
                _newOthers++;
                return NextStep.Read;
            }

            _lastBatch = batch;
        }

        if (batch.Count == 0)
        {
            if (_filled.Count == 0)
            {
                _burstStartMicros = received;
            }

            _filled.Add(batch);
        }

        batch.Add(_frame.Received);
        return batch.IsFull || received - _burstStartMicros >= Micros.From(_context.Options.BatchDelay) ? NextStep.Flush : NextStep.Read;
    }

    private void OnData()
    {
        var now = _context.Clock.GetTimestamp();
        var pause = _context.Clock.GetElapsedTime(_lastFrameTimestamp, now);
        if (pause >= NotablePause)
        {
            _silence.OnPause(pause);
        }

        Volatile.Write(ref _lastFrameTimestamp, now);
    }

    private void CountFrames()
    {
        if (_newFrames > 0)
        {
            _context.OnFrames(_newFrames, _newOthers);
            _newFrames = _newOthers = 0;
        }
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        CountFrames();
        if (_filled.Count == 0)
        {
            return;
        }

        await _delivery.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var batch in _filled)
            {
                var prints = batch.Prints;
                _context.Metrics.OnTrades(prints.Length, prints.Span[^1].LatencyMicros);
                await _context.Receiver.ReceiveAsync(batch.Spec.Symbol, prints, cancellationToken).ConfigureAwait(false);
                batch.Clear();
            }

            _filled.Clear();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ReceiverFailedException(exception);
        }
        finally
        {
            _delivery.Release();
        }
    }

    private async ValueTask RejectAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        _context.Metrics.OnRejected(letter.Reason);
        try
        {
            await _context.Receiver.RejectAsync(letter, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ReceiverFailedException(exception);
        }
    }
}
