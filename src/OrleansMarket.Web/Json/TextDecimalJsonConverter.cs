using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansMarket.Web.Json;

/// <summary>Writes decimals as text, for readers whose numbers are binary floating point.</summary>
internal sealed class TextDecimalJsonConverter : JsonConverter<decimal>
{
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDecimal();

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
}
