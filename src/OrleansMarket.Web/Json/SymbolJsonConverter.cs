using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Json;

/// <summary>Writes a symbol as its name.</summary>
internal sealed class SymbolJsonConverter : JsonConverter<Symbol>
{
    public override Symbol Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return Symbol.IsPlausible(text)
            ? new Symbol(text!)
            : throw new JsonException($"expected a symbol such as BTCUSDT, found {JsonFound.Describe(ref reader)}");
    }

    public override void Write(Utf8JsonWriter writer, Symbol value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
