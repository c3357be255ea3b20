using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansMarket.Feeds.Binance.Streams;

/// <summary>The answer to a control message.</summary>
/// <param name="Id">The number of the message, or <see langword="null"/> when the server could not read it.</param>
/// <param name="Error">What was refused, for people; <see langword="null"/> for success.</param>
/// <param name="Streams">The subscribed streams, when that was asked.</param>
/// <remarks>
/// Source: Binance Spot API, "Live Subscribing/Unsubscribing to streams": success is <c>{"result":…,"id":n}</c>, an error
/// <c>{"code":…,"msg":…,"id":n}</c>; servers were also seen to wrap it as <c>{"error":{…},"id":n}</c>.
/// </remarks>
internal sealed record ControlAnswer(long? Id, string? Error, IReadOnlyList<string>? Streams)
{
    /// <summary>Reads an answer; anything unreadable is an answer to nothing.</summary>
    public static ControlAnswer Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            long? id = root.TryGetProperty("id", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var value) ? value : null;
            var error = root.TryGetProperty("error", out var wrapped) && wrapped.ValueKind == JsonValueKind.Object ? ErrorOf(wrapped) : ErrorOf(root);
            var streams = root.TryGetProperty("result", out var result) && result.ValueKind == JsonValueKind.Array
                ? result.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!).ToArray()
                : null;
            return new ControlAnswer(id, error, streams);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new ControlAnswer(null, "unreadable answer", null);
        }
    }

    private static string? ErrorOf(JsonElement element) =>
        element.TryGetProperty("code", out var code)
            ? $"{code.GetRawText()} {(element.TryGetProperty("msg", out var text) ? text.ToString() : "")}".TrimEnd()
            : null;
}

/// <summary>The serializers of control messages.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class StreamJsonContext : JsonSerializerContext;
