using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Alerts;

/// <summary>
/// Alert types as JSON for stores and files: camel-case members, kebab-case names of enum values, symbols and keys as text, NaN by name, durations as
/// "00:05:00".
/// </summary>
public static class AlertJson
{
    /// <summary>Gets the options; read only.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Writes a rule, silence, transition, record, message or entry as one line.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is not such a value.</exception>
    public static T Read<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw new InvalidDataException($"expected a stored {typeof(T).Name}, found null");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"expected a stored {typeof(T).Name}: {exception.Message}", exception);
        }
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            IgnoreReadOnlyProperties = true,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        };
        options.Converters.Add(new JsonStringEnumConverter(new WireNamePolicy(), allowIntegerValues: false));
        options.Converters.Add(new SymbolConverter());
        options.Converters.Add(new KeyConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private sealed class WireNamePolicy : JsonNamingPolicy
    {
        public override string ConvertName(string name) => WireName.FromPascal(name);
    }

    private sealed class SymbolConverter : JsonConverter<Symbol>
    {
        public override Symbol Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String ? new(reader.GetString()!) : throw new JsonException("expected a symbol such as \"BTCUSDT\"");

        public override void Write(Utf8JsonWriter writer, Symbol value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }

    private sealed class KeyConverter : JsonConverter<AlertKey>
    {
        public override AlertKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && AlertKey.TryParse(reader.GetString(), out var key)
                ? key
                : throw new JsonException("expected an alert key such as \"price-move@1/BTCUSDT/1700000000000000\"");

        public override void Write(Utf8JsonWriter writer, AlertKey value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
