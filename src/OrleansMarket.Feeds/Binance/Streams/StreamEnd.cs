namespace OrleansMarket.Feeds.Binance.Streams;

/// <summary>Why a connection is no longer wanted.</summary>
internal enum StreamEndReason : byte
{
    /// <summary>The server closed it.</summary>
    Closed,

    /// <summary>It broke.</summary>
    Failed,

    /// <summary>The exchange has later trades than the connection brought.</summary>
    Stale,

    /// <summary>The server said that it will go.</summary>
    Shutdown,

    /// <summary>It grew old: the exchange would close it at 24 h.</summary>
    Rotation,

    /// <summary>A message beyond every sensible size.</summary>
    Oversized,
}

/// <summary>The end of a connection's usefulness.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Detail">In words.</param>
internal sealed record StreamEnd(StreamEndReason Reason, string Detail)
{
    /// <summary>Gets whether it may still bring data until its successor is up.</summary>
    public bool MayStillBringData => Reason is StreamEndReason.Stale or StreamEndReason.Shutdown or StreamEndReason.Rotation;

    /// <summary>Gets the metric's tag.</summary>
    public string Tag => Reason switch
    {
        StreamEndReason.Closed => "closed",
        StreamEndReason.Failed => "failed",
        StreamEndReason.Stale => "stale",
        StreamEndReason.Shutdown => "shutdown",
        StreamEndReason.Rotation => "rotation",
        _ => "oversized",
    };
}

/// <summary>A connection could not be opened or did not answer.</summary>
internal sealed class StreamFailedException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>Whoever takes the trades failed: not the network's fault, and not to be retried.</summary>
internal sealed class ReceiverFailedException(Exception innerException) : Exception("the receiver of trades failed", innerException);
