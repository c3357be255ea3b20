using OrleansMarket.Domain;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Streams;

/// <content>Watching: silence, age, and whether the server still knows what is subscribed.</content>
internal sealed partial class StreamConnection
{
    private static readonly TimeSpan ShortestLook = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(5);

    private readonly Dictionary<Symbol, long> _known = [];
    private long _openedTimestamp;
    private long _confirmedQuietTimestamp;

    private async Task WatchAsync()
    {
        var options = _context.Options;
        var clock = _context.Clock;
        var look = TimeSpan.FromTicks(Math.Clamp(
            Math.Min(options.IdleTimeout.Ticks, Math.Min(options.AuditInterval.Ticks, options.RotateAfter.Ticks)) / 4, ShortestLook.Ticks, LongestLook.Ticks));
        var audited = clock.GetTimestamp();
        _confirmedQuietTimestamp = audited;
        try
        {
            using var timer = new PeriodicTimer(look, clock);
            while (!_ended.Task.IsCompleted && await timer.WaitForNextTickAsync(_stopWatching.Token).ConfigureAwait(false))
            {
                if (clock.GetElapsedTime(_openedTimestamp) >= options.RotateAfter)
                {
                    _ended.TrySetResult(new StreamEnd(StreamEndReason.Rotation, $"{_endpoint.Host} has been up for {options.RotateAfter}"));
                    return;
                }

                if (await IsStaleAsync(_stopWatching.Token).ConfigureAwait(false) is { } stale)
                {
                    _ended.TrySetResult(stale);
                    return;
                }

                if (clock.GetElapsedTime(audited) >= options.AuditInterval)
                {
                    audited = clock.GetTimestamp();
                    var lost = await AuditAsync(_stopWatching.Token).ConfigureAwait(false);
                    if (lost.Count > 0)
                    {
                        _context.Metrics.OnInterrupted("audit");
                        await _context.Receiver.OnInterruptedAsync(lost, "the exchange had dropped the subscription", _stopWatching.Token).ConfigureAwait(false);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (_stopWatching.IsCancellationRequested)
        {
            // Retired.
        }
        catch (StreamFailedException exception)
        {
            _ended.TrySetResult(new StreamEnd(StreamEndReason.Failed, exception.Message));
        }
        catch (Exception exception)
        {
            // Only the receiver is left to fail here, be it by calling its own questions cancelled.
            _context.OnReceiverFailed(new ReceiverFailedException(exception));
        }
    }

    /// <summary>Judges a long silence on data: stale only where the exchange has trades that the connection did not bring.</summary>
    private async Task<StreamEnd?> IsStaleAsync(CancellationToken cancellationToken)
    {
        var clock = _context.Clock;
        var silence = clock.GetElapsedTime(Volatile.Read(ref _lastFrameTimestamp));
        var threshold = _silence.Threshold;
        if (silence < threshold || clock.GetElapsedTime(_confirmedQuietTimestamp) < threshold)
        {
            return null;
        }

        var before = Volatile.Read(ref _lastFrameTimestamp);
        IReadOnlyDictionary<Symbol, LastTrade> last;
        try
        {
            last = await _context.Exchange.GetLastTradesAsync(_specs, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ExchangeUnavailableException or OperationCanceledException && !exception.IsStop(cancellationToken))
        {
            // Nobody to ask. A replacement does no harm, so a very long silence is answered by one.
            _confirmedQuietTimestamp = clock.GetTimestamp();
            return silence < _context.Options.MaxIdleTimeout
                ? null
                : new StreamEnd(StreamEndReason.Stale, $"{_endpoint.Host} silent for {silence.TotalSeconds:0} s and the exchange cannot be asked ({exception.Message})");
        }

        if (Volatile.Read(ref _lastFrameTimestamp) != before)
        {
            return null; // it spoke while we asked
        }

        foreach (var spec in _specs)
        {
            if (!last.TryGetValue(spec.Symbol, out var trade))
            {
                continue;
            }

            // Without a frame so far, the first answer is what later ones are compared with.
            var seen = Math.Max(_batches[spec].LastId, _known.GetValueOrDefault(spec.Symbol, -1));
            if (seen >= 0 && trade.LastId > seen)
            {
                return new StreamEnd(
                    StreamEndReason.Stale,
                    $"{_endpoint.Host} silent for {silence.TotalSeconds:0} s while the exchange is at trade {trade.LastId} of {spec.Symbol}, {trade.LastId - seen} further");
            }

            _known[spec.Symbol] = trade.LastId;
        }

        _confirmedQuietTimestamp = clock.GetTimestamp();
        return null;
    }
}
