using System.Text.Json.Serialization;

namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>One row of <c>ticker/24hr</c> with <c>type=MINI</c>.</summary>
internal sealed record TickerAnswer(
    [property: JsonPropertyName("symbol")] string? Symbol,
    [property: JsonPropertyName("lastPrice")] string? LastPrice,
    [property: JsonPropertyName("lastId")] long LastId);
