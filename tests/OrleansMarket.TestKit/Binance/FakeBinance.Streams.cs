using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.TestKit.Binance;

/// <content>The market streams: connections, and what is published on them.</content>
public sealed partial class FakeBinance
{
    /// <summary>Cuts every stream connection without a goodbye. None of them is open from here on, whenever its client notices.</summary>
    public void Cut()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Abort();
            _connections.TryRemove(connection, out _);
        }
    }

    /// <summary>Lets every connection that is open now fall silent; it stays open and says nothing more. New ones are well.</summary>
    public void Stall()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Stalled = true;
        }
    }

    /// <summary>Announces the end of every connection; a client reconnects as soon as it can.</summary>
    public Task SendServerShutdownAsync()
    {
        var now = _now.NowMicros;
        return ToAllAsync(connection => connection.SendDataAsync(
            "!serverShutdown", $$"""{"e":"serverShutdown","E":{{FrameText.Time(now, connection.Microseconds)}}}""", _stopping.Token));
    }

    /// <summary>Sends a text to every connection as it is.</summary>
    public Task SendTextAsync(string text) => ToAllAsync(connection => connection.SendTextAsync(text, _stopping.Token));

    /// <summary>Sends a text to the newest connection as it is: once, also while a former owner of the feed has not let go of its own.</summary>
    public Task SendTextToNewestAsync(string text) => _connections.MaxBy(connection => connection.Value).Key?.SendTextAsync(text, _stopping.Token) ?? Task.CompletedTask;

    /// <summary>Lets trades before an instant happen without a word on the stream: what a client that was away has missed.</summary>
    public void SkipUntil(long micros)
    {
        foreach (var market in _markets.Values)
        {
            market.Published = Math.Max(market.Published, market.CountBefore(micros));
            if (market.Published > 0)
            {
                _now.Reach(market.Trades[market.Published - 1].TradeTimeMicros);
            }
        }
    }

    /// <summary>Lets the trades before an instant happen and sends them, in the order of their times, through the faults.</summary>
    public async Task PublishUntilAsync(long micros)
    {
        var due = _markets.Values
            .SelectMany(market => Enumerable.Range(market.Published, Math.Max(0, market.CountBefore(micros) - market.Published)).Select(index => (Market: market, Index: index)))
            .OrderBy(trade => trade.Market.Trades[trade.Index].TradeTimeMicros)
            .ToList();
        await PublishAsync(due);
    }

    /// <summary>Lets the next trades of a symbol happen and sends them, through the faults.</summary>
    public Task PublishAsync(Symbol symbol, int count)
    {
        var market = _markets[symbol.Value];
        var first = market.Published;
        return PublishAsync([.. Enumerable.Range(first, Math.Min(count, market.Trades.Length - first)).Select(index => (market, index))]);
    }

    /// <summary>Lets everything happen that is left, and sends it through the faults.</summary>
    public Task PublishAllAsync() => PublishUntilAsync(long.MaxValue);

    /// <summary>Sends trades that have happened once more, as they are.</summary>
    public async Task ResendAsync(Symbol symbol, long firstId, long lastId)
    {
        var market = _markets[symbol.Value];
        foreach (var trade in market.Happened.Where(trade => trade.FirstId >= firstId && trade.LastId <= lastId))
        {
            await SendTradeAsync(market, trade, null);
        }
    }

    private async Task PublishAsync(List<(FakeMarket Market, int Index)> due)
    {
        var held = new List<(int Position, FakeMarket Market, Print Trade)>();
        for (var position = 0; position < due.Count; position++)
        {
            var (market, index) = due[position];
            var trade = market.Trades[index];
            market.Published = index + 1;
            _now.Reach(trade.TradeTimeMicros);
            var mischief = Faults.Mischief;

            // The faults of a trade belong to its id, so that they do not depend on how the tape is cut into calls.
            var random = mischief is null ? null : new Random(unchecked((int)trade.FirstId) ^ (mischief.Seed * 7_919));
            if (mischief is null || random is null)
            {
                if (!Faults.Drops(market.Spec.Symbol, trade.FirstId))
                {
                    await SendTradeAsync(market, trade, null);
                }
            }
            else if (random.NextDouble() < mischief.Reorder)
            {
                held.Add((position + random.Next(1, 21), market, trade));
            }
            else if (random.NextDouble() >= mischief.Drop && !Faults.Drops(market.Spec.Symbol, trade.FirstId))
            {
                await SendTradeAsync(market, trade, random.NextDouble() < mischief.Corrupt ? random.Next(FrameText.Corruptions) : null);
                if (random.NextDouble() < mischief.Duplicate)
                {
                    await SendTradeAsync(market, trade, null);
                }
            }

            if (mischief is not null && random is not null && random.NextDouble() < mischief.Cut)
            {
                Cut();
            }

            foreach (var late in held.Where(late => late.Position <= position).ToList())
            {
                held.Remove(late);
                await SendTradeAsync(late.Market, late.Trade, null);
            }
        }

        foreach (var late in held)
        {
            await SendTradeAsync(late.Market, late.Trade, null);
        }
    }

    private async Task SendTradeAsync(FakeMarket market, Print trade, int? corruption)
    {
        var stream = $"{market.Name.ToLowerInvariant()}@trade";
        Task[] sending;
        lock (_handingOut)
        {
            sending = [.. _connections.Keys.Where(connection => connection.Subscribes(stream)).Select(connection =>
            {
                var data = FrameText.Trade(market.Spec, trade, connection.Microseconds);
                return connection.SendDataAsync(stream, corruption is { } kind ? FrameText.Corrupt(data, kind) : data, _stopping.Token);
            })];
        }

        await Task.WhenAll(sending);
    }

    private async Task ToAllAsync(Func<FakeConnection, Task> send)
    {
        foreach (var connection in _connections.Keys)
        {
            await send(connection);
        }
    }

    private async Task HandleStreamAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Trim('/');
        var combined = path == "stream";
        var timeUnit = context.Request.Query["timeUnit"].ToString();
        if (Faults.RefuseStreams)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        if (IsConnectedTooOften())
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        if ((!combined && path != "ws" && !path.StartsWith("ws/", StringComparison.Ordinal)) || timeUnit.ToUpperInvariant() is not ("" or "MICROSECOND" or "MILLISECOND"))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var streams = (combined ? context.Request.Query["streams"].ToString() : path.Length > 3 ? path[3..] : "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (streams.Length > FakeConnection.MaxStreams)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext { KeepAliveInterval = _options.PingInterval, KeepAliveTimeout = 3 * _options.PingInterval });
        using var connection = new FakeConnection(
            socket, Faults, _options.Clock, combined, timeUnit.Equals("MICROSECOND", StringComparison.OrdinalIgnoreCase), context.Abort, _handingOut);
        connection.Add(streams);
        lock (_handingOut)
        {
            _connections[connection] = _opened + 1;
            Volatile.Write(ref _opened, _opened + 1);
        }

        try
        {
            await connection.RunAsync(_stopping.Token);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            // A cut connection.
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }

    private bool IsConnectedTooOften()
    {
        lock (_handshakes)
        {
            var now = _options.Clock.GetUtcNow();
            _handshakes.Enqueue(now);
            while (_handshakes.Peek() <= now - TimeSpan.FromMinutes(5))
            {
                _handshakes.Dequeue();
            }

            return _handshakes.Count > _options.ConnectionsPerFiveMinutes;
        }
    }
}
