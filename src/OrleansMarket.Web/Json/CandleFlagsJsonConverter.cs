using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Candles;

namespace OrleansMarket.Web.Json;

/// <summary>Writes candle flags as an array of their wire names.</summary>
internal sealed class CandleFlagsJsonConverter : JsonConverter<CandleFlags>
{
    private static readonly CandleFlags[] Single = [.. Enum.GetValues<CandleFlags>().Where(flag => flag != CandleFlags.None)];

    /// <summary>Gets the names that may occur.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Single.Select(WireName.Of)];

    public override CandleFlags Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var flags = CandleFlags.None;
        foreach (var name in JsonSerializer.Deserialize<string[]>(ref reader, options) ?? [])
        {
            flags |= WireName.TryParse<CandleFlags>(name, out var flag)
                ? flag
                : throw new JsonException($"expected one of {string.Join(", ", Names)}, found '{name}'");
        }

        return flags;
    }

    public override void Write(Utf8JsonWriter writer, CandleFlags value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var flag in Single)
        {
            if (value.HasFlag(flag))
            {
                writer.WriteStringValue(WireName.Of(flag));
            }
        }

        writer.WriteEndArray();
    }
}
