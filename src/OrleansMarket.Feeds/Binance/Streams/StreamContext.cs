using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Frames;

namespace OrleansMarket.Feeds.Binance.Streams;

/// <summary>What all connections of one feed share.</summary>
internal sealed class StreamContext
{
    private readonly TaskCompletionSource _receiverFailure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _frames;
    private long _otherFrames;
    private long _reconnects;
    private int _connections;
    private volatile string? _lastError;

    public required BinanceFeedOptions Options { get; init; }

    public required BinanceFrameParser Parser { get; init; }

    public required ITradeReceiver Receiver { get; init; }

    public required IExchange Exchange { get; init; }

    public required StreamHosts Hosts { get; init; }

    public required AttemptLimiter Attempts { get; init; }

    public required TimeProvider Clock { get; init; }

    public required FeedInstruments Metrics { get; init; }

    public required ILogger Logger { get; init; }

    public required Func<double>? Draw { get; init; }

    /// <summary>Gets what carries connections; <see langword="null"/> for the usual.</summary>
    public HttpMessageInvoker? Transport { get; init; }

    /// <summary>Gets what ends, by a <see cref="ReceiverFailedException"/>, as soon as the receiver has failed, on whatever connection: one that is being replaced, too.</summary>
    public Task ReceiverFailure => _receiverFailure.Task;

    public long Frames => Interlocked.Read(ref _frames);

    public long OtherFrames => Interlocked.Read(ref _otherFrames);

    public long Reconnects => Interlocked.Read(ref _reconnects);

    public int Connections => Volatile.Read(ref _connections);

    public string? LastError
    {
        get => _lastError;
        set => _lastError = value;
    }

    public void OnFrames(long frames, long others)
    {
        Interlocked.Add(ref _frames, frames);
        if (others > 0)
        {
            Interlocked.Add(ref _otherFrames, others);
            Metrics.OnOtherFrames(others);
        }
    }

    public void OnReceiverFailed(ReceiverFailedException failure) => _receiverFailure.TrySetException(failure);

    public void OnReconnect() => Interlocked.Increment(ref _reconnects);

    public void OnConnection(int change)
    {
        Interlocked.Add(ref _connections, change);
        Metrics.OnConnections(change);
    }
}
