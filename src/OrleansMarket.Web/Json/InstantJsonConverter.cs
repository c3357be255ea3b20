using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansMarket.Web.Api;

namespace OrleansMarket.Web.Json;

/// <summary>Writes instants as ISO 8601 in UTC with as many decimals as they have, at most six (microseconds).</summary>
internal sealed class InstantJsonConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && ApiTime.TryParse(reader.GetString(), out var text) ? text
        : reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var epoch) && ApiTime.TryFromEpoch(epoch, out var number) ? number
        : throw new JsonException($"expected {ApiTime.Expected}, found {JsonFound.Describe(ref reader)}");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(ToText(value));

    public static string ToText(DateTimeOffset value) => value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
}
