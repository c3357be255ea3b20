using System.Buffers;
using System.Text.Json;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Streams;

/// <summary>Spreads symbols over connections, and stream names over control messages, within the exchange's limits.</summary>
/// <remarks>Source: Binance Spot API, "WebSocket Streams", General information and Limits: at most 1,024 streams per connection.</remarks>
public static class StreamPlanner
{
    /// <summary>The exchange's limit.</summary>
    public const int MostStreamsPerConnection = 1_024;

    /// <summary>Control messages stay below this many bytes: longer ones were seen to be answered late.</summary>
    public const int MostMessageBytes = 4_000;

    private const int EnvelopeBytes = 80; // method, braces and an id of 19 digits

    /// <summary>Spreads symbols evenly over as few connections as the limit allows; a repeated symbol is taken once.</summary>
    /// <param name="specs">The symbols.</param>
    /// <param name="streamsPerConnection">At most so many on one connection, 1 to <see cref="MostStreamsPerConnection"/>.</param>
    public static IReadOnlyList<IReadOnlyList<SymbolSpec>> Plan(IEnumerable<SymbolSpec> specs, int streamsPerConnection)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(streamsPerConnection, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(streamsPerConnection, MostStreamsPerConnection);
        var all = specs.DistinctBy(spec => spec.Symbol).ToArray();
        if (all.Length == 0)
        {
            return [];
        }

        var connections = (all.Length + streamsPerConnection - 1) / streamsPerConnection;
        var shards = new List<SymbolSpec>[connections];
        for (var i = 0; i < connections; i++)
        {
            shards[i] = [];
        }

        // In turn, so that neighbours in a list by volume do not share one connection.
        for (var i = 0; i < all.Length; i++)
        {
            shards[i % connections].Add(all[i]);
        }

        return shards;
    }

    /// <summary>The trade stream of a symbol.</summary>
    public static string StreamOf(Symbol symbol) => symbol.Value.ToLowerInvariant() + "@trade";

    /// <summary>Splits stream names into lists that each fit one control message.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Batches(IEnumerable<string> streams)
    {
        List<IReadOnlyList<string>> batches = [];
        List<string> batch = [];
        var bytes = EnvelopeBytes;
        foreach (var stream in streams)
        {
            var size = JsonSerializer.SerializeToUtf8Bytes(stream, StreamJsonContext.Default.String).Length + 1;
            if (batch.Count > 0 && bytes + size > MostMessageBytes)
            {
                batches.Add(batch);
                batch = [];
                bytes = EnvelopeBytes;
            }

            batch.Add(stream);
            bytes += size;
        }

        if (batch.Count > 0)
        {
            batches.Add(batch);
        }

        return batches;
    }

    /// <summary>Writes one control message.</summary>
    /// <param name="method">SUBSCRIBE, LIST_SUBSCRIPTIONS, …</param>
    /// <param name="streams">Its parameters; <see langword="null"/> for none.</param>
    /// <param name="id">The number its answer will carry.</param>
    public static ReadOnlyMemory<byte> Message(string method, IReadOnlyList<string>? streams, long id)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("method"u8, method);
            if (streams is not null)
            {
                writer.WriteStartArray("params"u8);
                foreach (var stream in streams)
                {
                    writer.WriteStringValue(stream);
                }

                writer.WriteEndArray();
            }

            writer.WriteNumber("id"u8, id);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
