using System.Collections.Concurrent;
using System.Net.WebSockets;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Streams;

/// <content>Control messages: SUBSCRIBE, and the audit by LIST_SUBSCRIPTIONS.</content>
internal sealed partial class StreamConnection
{
    private const int MessagesPerSecond = 4; // the exchange disconnects beyond 5, pongs included

    private readonly ConcurrentDictionary<long, TaskCompletionSource<ControlAnswer>> _asked = [];
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private long _lastMessageId;
    private volatile bool _hearsNothing; // set before those who wait are told, and read by those who come to wait: nobody waits for an answer that nobody reads

    private async Task SubscribeAsync(IReadOnlyList<string> streams, CancellationToken cancellationToken)
    {
        foreach (var batch in StreamPlanner.Batches(streams))
        {
            await SubscribeBatchAsync(batch, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SubscribeBatchAsync(IReadOnlyList<string> batch, CancellationToken cancellationToken)
    {
        var answer = await AskAsync("SUBSCRIBE", batch, cancellationToken).ConfigureAwait(false);
        if (answer.Error is null)
        {
            return;
        }

        if (batch.Count == 1)
        {
            // One name that the exchange will not have must not keep the others away.
            _refused.Add(batch[0]);
            _context.LastError = $"{_endpoint.Host} refused to subscribe {batch[0]}: {answer.Error}";
            LogSubscriptionRefused(_context.Logger, _endpoint.Host, batch[0], answer.Error);
            return;
        }

        var half = batch.Count / 2;
        await SubscribeBatchAsync([.. batch.Take(half)], cancellationToken).ConfigureAwait(false);
        await SubscribeBatchAsync([.. batch.Skip(half)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Compares what the server says is subscribed with what should be; answers the symbols that had been lost.</summary>
    private async Task<IReadOnlyList<Symbol>> AuditAsync(CancellationToken cancellationToken)
    {
        var answer = await AskAsync("LIST_SUBSCRIPTIONS", null, cancellationToken).ConfigureAwait(false);
        if (answer.Error is not null || answer.Streams is null)
        {
            return [];
        }

        var held = answer.Streams.ToHashSet(StringComparer.Ordinal);
        var lost = _specs.Select(spec => spec.Symbol)
            .Where(symbol => StreamPlanner.StreamOf(symbol) is var stream && !held.Contains(stream) && !_refused.Contains(stream)).ToArray();
        if (lost.Length > 0)
        {
            LogSubscriptionsLost(_context.Logger, _endpoint.Host, lost.Length);
            await SubscribeAsync([.. lost.Select(StreamPlanner.StreamOf)], cancellationToken).ConfigureAwait(false);
        }

        return lost;
    }

    private async Task<ControlAnswer> AskAsync(string method, IReadOnlyList<string>? streams, CancellationToken cancellationToken)
    {
        await _pacer.WaitAsync(cancellationToken).ConfigureAwait(false);
        var id = ++_lastMessageId;
        var answer = new TaskCompletionSource<ControlAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[id] = answer;
        try
        {
            if (_hearsNothing)
            {
                throw new StreamFailedException($"{_endpoint.Host} closed the connection before {method}");
            }

            await _socket.SendAsync(StreamPlanner.Message(method, streams, id), WebSocketMessageType.Text, endOfMessage: true, cancellationToken).ConfigureAwait(false);
            return await answer.Task.WaitAsync(_context.Options.AcknowledgeTimeout, _context.Clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new StreamFailedException($"{_endpoint.Host}: expected an answer to {method} within {_context.Options.AcknowledgeTimeout}, found none", exception);
        }
        catch (Exception exception) when (exception is WebSocketException or InvalidOperationException or IOException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // A socket that is aborted while it sends says that the sending was cancelled.
            throw new StreamFailedException($"{_endpoint.Host} failed at {method}: {exception.Message}", exception);
        }
        finally
        {
            _asked.TryRemove(id, out _);
        }
    }

    private void OnAnswer(ReadOnlySpan<byte> utf8)
    {
        var answer = ControlAnswer.Read(utf8);
        if (answer.Id is { } id)
        {
            if (_asked.TryGetValue(id, out var asked))
            {
                asked.TrySetResult(answer);
            }

            return;
        }

        // The server could not even read the number: whatever waits, waits in vain.
        foreach (var waiting in _asked.Values)
        {
            waiting.TrySetResult(answer with { Error = answer.Error ?? "an answer without id" });
        }
    }

    private void FailWaiting(string detail)
    {
        foreach (var waiting in _asked.Values)
        {
            waiting.TrySetException(new StreamFailedException(detail));
        }
    }
}
