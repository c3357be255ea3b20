using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Streaming;

/// <summary>One reader's stream: the market's events with heartbeats in between.</summary>
internal sealed class StreamSession(IMarket market, TimeProvider clock, TimeSpan heartbeat, JsonSerializerOptions json)
{
    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(2);

    /// <summary>Reads until the reader leaves or the server stops.</summary>
    public async IAsyncEnumerable<SseItem<string>> ReadAsync(
        WatchQuery watch, StreamFocus focus, FeedSource feed, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        var events = market.WatchAsync(watch, ending.Token).GetAsyncEnumerator(ending.Token);
        var next = Next();
        try
        {
            yield return new(Text(new StreamHello(feed, clock.GetUtcNow(), (long)heartbeat.TotalMilliseconds)), "hello") { ReconnectionInterval = Reconnect };

            long dropped = 0;
            var beat = Task.Delay(heartbeat, clock, ending.Token);
            while (true)
            {
                if (await Task.WhenAny(next, beat) == beat)
                {
                    if (ending.IsCancellationRequested)
                    {
                        yield break;
                    }

                    yield return new(Text(new StreamHeartbeat(market.Source, clock.GetUtcNow(), dropped)), "heartbeat");
                    beat = Task.Delay(heartbeat, clock, ending.Token);
                    continue;
                }

                if (!await next)
                {
                    yield break;
                }

                dropped = events.Current.Dropped;
                var item = StreamEvent.From(events.Current);
                if (item.Kind is { } kind && focus.Passes(item))
                {
                    yield return new(Text(item), kind) { EventId = item.Id.ToString(CultureInfo.InvariantCulture) };
                }

                next = Next();
            }
        }
        finally
        {
            // An enumerator must not be disposed while it still moves.
            await ending.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await events.DisposeAsync();
        }

        async Task<bool> Next()
        {
            try
            {
                return await events.MoveNextAsync();
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    private string Text<T>(T value) => JsonSerializer.Serialize(value, json);
}
