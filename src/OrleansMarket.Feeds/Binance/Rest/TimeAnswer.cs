using System.Text.Json.Serialization;

namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>The answer of <c>time</c>.</summary>
internal sealed record TimeAnswer([property: JsonPropertyName("serverTime")] long ServerTime);
