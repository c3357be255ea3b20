using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansMarket.Domain;

namespace OrleansMarket.Web.Json;

/// <summary>Writes every enum under its <see cref="WireName"/>; never as a number.</summary>
internal sealed class WireEnumJsonConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<TEnum> : JsonConverter<TEnum>
        where TEnum : struct, Enum
    {
        public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            return WireName.TryParse<TEnum>(text, out var value)
                ? value
                : throw new JsonException($"expected one of {string.Join(", ", WireName.All<TEnum>())}, found {JsonFound.Describe(ref reader)}");
        }

        public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options) =>
            writer.WriteStringValue(WireName.Of(value));
    }
}
