using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>The serializers of the REST answers.</summary>
[JsonSerializable(typeof(ExchangeInfoAnswer))]
[JsonSerializable(typeof(TickerAnswer[]))]
[JsonSerializable(typeof(TimeAnswer))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class RestJsonContext : JsonSerializerContext;
