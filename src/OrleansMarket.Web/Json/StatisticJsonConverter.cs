using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansMarket.Web.Json;

/// <summary>Writes statistics; one that is not a finite number is <c>null</c>, for JSON has no word for it.</summary>
internal sealed class StatisticJsonConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) && double.IsFinite(value)
            ? value
            : throw new JsonException($"expected a number, found {JsonFound.Describe(ref reader)}");

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
