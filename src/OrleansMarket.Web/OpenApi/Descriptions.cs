using Microsoft.OpenApi;

namespace OrleansMarket.Web.OpenApi;

/// <summary>Turns the code's comments into the documentation's language.</summary>
internal static class Descriptions
{
    private static readonly string[] Verbs = ["Gets or sets ", "Gets "];

    public static void Tidy(OpenApiDocument document)
    {
        foreach (var schema in document.Components?.Schemas?.Values ?? [])
        {
            Tidy(schema);
        }
    }

    private static void Tidy(IOpenApiSchema schema)
    {
        if (schema is OpenApiSchema whole)
        {
            foreach (var part in Parts(whole))
            {
                Tidy(part);
            }

            // A field that may be null wraps its type, and its own words are with the inner one.
            if (whole.OneOf is { Count: > 0 } choices && string.IsNullOrEmpty(whole.Description))
            {
                var inner = choices.OfType<OpenApiSchemaReference>().FirstOrDefault();
                whole.Description = inner?.Reference.Description ?? inner?.Target?.Description ?? "May be null.";
            }
        }

        if (schema.Description is { } text && Verbs.FirstOrDefault(verb => text.StartsWith(verb, StringComparison.Ordinal)) is { } verb)
        {
            schema.Description = char.ToUpperInvariant(text[verb.Length]) + text[(verb.Length + 1)..];
        }
    }

    private static IEnumerable<IOpenApiSchema> Parts(OpenApiSchema schema)
    {
        IEnumerable<IOpenApiSchema> parts = schema.Properties?.Values ?? [];
        parts = parts.Concat(schema.OneOf ?? []);
        return schema.Items is { } items ? parts.Append(items) : parts;
    }
}
