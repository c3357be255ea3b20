using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Json;

/// <summary>Writes a USD rate with its time as an instant, like every other time.</summary>
internal sealed class UsdRateJsonConverter : JsonConverter<UsdRate>
{
    public override UsdRate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("rates are only written");

    public override void Write(Utf8JsonWriter writer, UsdRate value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("asset", value.Asset);
        writer.WriteNumber("rate", value.Rate);
        writer.WriteString("time", InstantJsonConverter.ToText(Micros.ToInstant(value.TimeMicros)));
        writer.WriteString("source", value.Source);
        writer.WriteEndObject();
    }
}
