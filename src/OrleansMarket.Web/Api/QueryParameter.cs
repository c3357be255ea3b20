using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace OrleansMarket.Web.Api;

/// <summary>One query parameter: what it means, for the reader of the request and the reader of the documentation alike.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">What it means, with unit, range and default.</param>
/// <param name="Schema">Its form.</param>
/// <param name="Example">A value that works, if one helps.</param>
/// <param name="Required">Whether a request without it is refused.</param>
internal sealed record QueryParameter(string Name, string Description, OpenApiSchema Schema, string? Example = null, bool Required = false)
{
    public static QueryParameter Symbol(bool required = true, string? description = null) => new(
        "symbol", description ?? "The pair, in any case.", new() { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 40 }, "BTCUSDT", required);

    public static QueryParameter From(string what) => new(
        "from", $"{what} Inclusive. ISO 8601 (UTC when it has no offset) or an epoch in s, ms or µs.", Text(), "2026-01-15T11:00:00Z");

    public static QueryParameter To(string what) => new(
        "to", $"{what} Exclusive. ISO 8601 (UTC when it has no offset) or an epoch in s, ms or µs.", Text(), "2026-01-15T12:00:00Z");

    public static QueryParameter Limit(int standard, int max) => new(
        "limit", $"At most this many, 1 to {max}.",
        new() { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = $"{max}", Default = JsonValue.Create(standard) });

    public static QueryParameter Before() => new("before", "Cursor: the `next` of the previous page.", Text());

    public static QueryParameter Numbers() => new(
        "numbers", "`string` writes every decimal (prices, quantities, amounts) as text, for readers whose numbers are binary floating point.",
        Choice(["json", "string"], "json"));

    public static QueryParameter OneOf(string name, string description, IReadOnlyList<string> values, string? standard = null, string? example = null, bool required = false) =>
        new(name, description, Choice(values, standard), example, required);

    public static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    private static OpenApiSchema Choice(IReadOnlyList<string> values, string? standard) => new()
    {
        Type = JsonSchemaType.String,
        Enum = [.. values.Select(value => JsonValue.Create(value))],
        Default = standard is null ? null : JsonValue.Create(standard),
    };
}

/// <summary>Endpoint metadata: the query parameters that the endpoint knows. Others are refused.</summary>
internal sealed record QuerySpec(IReadOnlyList<QueryParameter> Parameters);
