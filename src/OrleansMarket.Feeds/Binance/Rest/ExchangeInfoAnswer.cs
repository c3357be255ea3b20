using System.Text.Json.Serialization;

namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>The part of <c>exchangeInfo</c> that matters to us.</summary>
internal sealed record ExchangeInfoAnswer(
    [property: JsonPropertyName("rateLimits")] IReadOnlyList<RateLimitAnswer>? RateLimits,
    [property: JsonPropertyName("symbols")] IReadOnlyList<SymbolAnswer>? Symbols);

/// <summary>One rate limit.</summary>
internal sealed record RateLimitAnswer(
    [property: JsonPropertyName("rateLimitType")] string? Type,
    [property: JsonPropertyName("interval")] string? Interval,
    [property: JsonPropertyName("intervalNum")] int IntervalCount,
    [property: JsonPropertyName("limit")] int Limit);

/// <summary>One symbol.</summary>
internal sealed record SymbolAnswer(
    [property: JsonPropertyName("symbol")] string? Name,
    [property: JsonPropertyName("status")] string? Status,
    [property: JsonPropertyName("baseAsset")] string? BaseAsset,
    [property: JsonPropertyName("quoteAsset")] string? QuoteAsset,
    [property: JsonPropertyName("filters")] IReadOnlyList<FilterAnswer>? Filters);

/// <summary>One filter of a symbol; fields of other filters stay empty.</summary>
internal sealed record FilterAnswer(
    [property: JsonPropertyName("filterType")] string? Type,
    [property: JsonPropertyName("minPrice")] string? MinPrice,
    [property: JsonPropertyName("maxPrice")] string? MaxPrice,
    [property: JsonPropertyName("tickSize")] string? TickSize,
    [property: JsonPropertyName("maxQty")] string? MaxQuantity,
    [property: JsonPropertyName("stepSize")] string? StepSize);
