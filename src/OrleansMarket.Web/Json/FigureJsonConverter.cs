using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Analytics;

namespace OrleansMarket.Web.Json;

/// <summary>Writes a figure as value (or null), status and samples.</summary>
internal sealed class FigureJsonConverter : JsonConverter<Figure>
{
    public override Figure Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("figures are only written");

    public override void Write(Utf8JsonWriter writer, Figure value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.ValueOrNull is { } number && double.IsFinite(number))
        {
            writer.WriteNumber("value", number);
        }
        else
        {
            writer.WriteNull("value");
        }

        writer.WriteString("status", WireName.Of(value.Status));
        writer.WriteNumber("samples", value.Samples);
        writer.WriteEndObject();
    }
}
