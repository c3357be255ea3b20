using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Contracts.Serialization;

/// <summary>
/// Domain types as they travel between silos: as JSON, by name, so that silos of two builds understand each other when a field is new. Trades do not
/// travel like this; see <see cref="Trades.TradeBatchCodec"/>.
/// </summary>
public static class DomainJson
{
    /// <summary>Gets the options; read only.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        // Everything is told, also what a constructor takes and nobody may set.
        var options = new JsonSerializerOptions(AlertJson.Options)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.Never,
            IgnoreReadOnlyProperties = false,
        };
        options.Converters.Add(new IntervalConverter());
        options.Converters.Add(new PrintConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private sealed class IntervalConverter : JsonConverter<CandleInterval>
    {
        public override CandleInterval Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            CandleInterval.TryParse(reader.GetString(), out var interval) ? interval : throw new JsonException("expected the name of an interval such as \"1m\"");

        public override void Write(Utf8JsonWriter writer, CandleInterval value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name);
    }

    private sealed class PrintConverter : JsonConverter<Print>
    {
        public override Print Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var print = JsonSerializer.Deserialize<PrintFields>(ref reader, options);
            return new Print(print.First, print.Last, print.Time, print.Price, print.Quantity, print.Quote, print.Taker, print.Approximate);
        }

        public override void Write(Utf8JsonWriter writer, Print value, JsonSerializerOptions options) => JsonSerializer.Serialize(
            writer,
            new PrintFields(value.FirstId, value.LastId, value.TradeTimeMicros, value.Price, value.Quantity, value.QuoteAmount, value.Taker, value.QuoteIsApproximate),
            options);

        private readonly record struct PrintFields(
            long First, long Last, long Time, long Price, long Quantity, Int128 Quote, TakerSide Taker, bool Approximate);
    }
}
