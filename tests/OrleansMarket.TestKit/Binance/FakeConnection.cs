using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace OrleansMarket.TestKit.Binance;

/// <summary>One stream connection of a client, and the control messages on it.</summary>
/// <remarks>What is sent arrives in the order of the calls. Trades are handed out, and streams subscribed, under the lock <paramref name="handingOut"/>.</remarks>
internal sealed class FakeConnection(
    WebSocket socket, Faults faults, TimeProvider clock, bool combined, bool microseconds, Action abort, Lock handingOut) : IDisposable
{
    public const int MaxStreams = 1_024;

    private const int MaxMessagesPerSecond = 5;

    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Lock _gate = new();
    private readonly HashSet<string> _streams = new(StringComparer.Ordinal);
    private readonly Queue<DateTimeOffset> _messages = new();
    private bool _combined = combined;
    private bool _ended;

    public bool Stalled { get; set; }

    public bool Microseconds => microseconds;

    public string[] Streams
    {
        get
        {
            lock (_gate)
            {
                return [.. _streams];
            }
        }
    }

    public bool Subscribes(string stream)
    {
        lock (_gate)
        {
            return _streams.Contains(stream);
        }
    }

    public bool Add(IEnumerable<string> streams)
    {
        lock (handingOut)
        {
            lock (_gate)
            {
                foreach (var stream in streams)
                {
                    if (!faults.ForgottenStreams.TryRemove(stream, out _))
                    {
                        _streams.Add(stream);
                    }
                }

                return _streams.Count <= MaxStreams;
            }
        }
    }

    /// <summary>Sends the data of one stream, wrapped if the client wants it so.</summary>
    public Task SendDataAsync(string stream, string data, CancellationToken cancellationToken) =>
        SendTextAsync(_combined ? FrameText.Combined(stream, data) : data, cancellationToken);

    /// <summary>Sends text as it is; a connection that stalls or is gone swallows it.</summary>
    public async Task SendTextAsync(string text, CancellationToken cancellationToken)
    {
        if (Stalled)
        {
            return;
        }

        await _sending.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        catch (Exception gone) when (!cancellationToken.IsCancellationRequested
            && gone is WebSocketException or IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client has left; its reader ends the connection.
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Cuts the connection without a goodbye, if the request behind it has not ended by itself.</summary>
    public void Abort()
    {
        lock (_gate)
        {
            if (!_ended)
            {
                socket.Abort();
                abort();
            }
        }
    }

    /// <summary>Reads control messages until the client leaves or breaks a rule.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (socket.State == WebSocketState.Open)
        {
            var length = 0;
            ValueWebSocketReceiveResult read;
            do
            {
                read = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += read.Count;
            }
            while (!read.EndOfMessage && length < buffer.Length);

            if (read.MessageType == WebSocketMessageType.Close)
            {
                await CloseAsync(WebSocketCloseStatus.NormalClosure, "", cancellationToken);
                return;
            }

            if (IsTooFast())
            {
                await CloseAsync(WebSocketCloseStatus.PolicyViolation, "Too many requests", cancellationToken);
                return;
            }

            var answer = Answer(buffer.AsMemory(0, length), out var tooMany);
            if (tooMany)
            {
                await CloseAsync(WebSocketCloseStatus.PolicyViolation, "Too many streams", cancellationToken);
                return;
            }

            if (!faults.SwallowAcknowledgements)
            {
                await SendTextAsync(answer, cancellationToken);
            }
        }
    }

    /// <summary>Marks the connection as gone; a sender that is still at it finds out by itself.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            (_ended, Stalled) = (true, true);
        }
    }

    private async Task CloseAsync(WebSocketCloseStatus status, string reason, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await socket.CloseOutputAsync(status, reason, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    private bool IsTooFast()
    {
        var now = clock.GetUtcNow();
        _messages.Enqueue(now);
        while (_messages.Peek() <= now - TimeSpan.FromSeconds(1))
        {
            _messages.Dequeue();
        }

        return _messages.Count > MaxMessagesPerSecond;
    }

    private string Answer(ReadOnlyMemory<byte> message, out bool tooMany)
    {
        tooMany = false;
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(message);
        }
        catch (JsonException error)
        {
            return Error(3, $"Invalid JSON: expected value at line {error.LineNumber + 1} column {error.BytePositionInLine + 1}", "null");
        }

        using (document)
        {
            var root = document.RootElement;
            var id = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("id", out var sent) ? sent.GetRawText() : "null";
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("method", out var method))
            {
                return Error(2, "Invalid request: missing field `method`", id);
            }

            string[] parameters = root.TryGetProperty("params", out var list) && list.ValueKind == JsonValueKind.Array
                ? [.. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : item.GetRawText())]
                : [];
            switch (method.GetString())
            {
                case "SUBSCRIBE" when parameters.Length == 0:
                    return Error(2, "Invalid request: missing field `params`", id);
                case "SUBSCRIBE":
                    tooMany = !Add(parameters);
                    return Result("null", id);
                case "UNSUBSCRIBE":
                    lock (_gate)
                    {
                        _streams.ExceptWith(parameters);
                    }

                    return Result("null", id);
                case "LIST_SUBSCRIPTIONS":
                    return Result(JsonSerializer.Serialize(Streams), id);
                case "SET_PROPERTY" when parameters is ["combined", "true" or "false"]:
                    _combined = parameters[1] == "true";
                    return Result("null", id);
                case "SET_PROPERTY" when parameters is ["combined", _]:
                    return Error(1, "Invalid value type: expected Boolean", id);
                case "GET_PROPERTY" when parameters is ["combined"]:
                    return Result(_combined ? "true" : "false", id);
                case "SET_PROPERTY" or "GET_PROPERTY":
                    return Error(0, "Unknown property", id);
                default:
                    return Error(
                        2,
                        $"Invalid request: unknown variant `{method}`, expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`",
                        id);
            }
        }
    }

    private static string Result(string result, string id) => $$"""{"result":{{result}},"id":{{id}}}""";

    private static string Error(int code, string message, string id) => $$"""{"code":{{code}},"msg":{{JsonSerializer.Serialize(message)}},"id":{{id}}}""";
}
