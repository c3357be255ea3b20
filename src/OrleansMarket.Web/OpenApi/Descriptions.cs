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
            foreach (var property in schema.Properties?.Values ?? [])
            {
                Tidy(property);

                // A field that may be null wraps its type, and its own words are with the inner one.
                if (property is OpenApiSchema { OneOf: { Count: > 0 } choices } wrapper && string.IsNullOrEmpty(wrapper.Description))
                {
                    var inner = choices.OfType<OpenApiSchemaReference>().FirstOrDefault();
                    wrapper.Description = inner?.Reference.Description ?? inner?.Target?.Description ?? "May be null.";
                    Tidy(wrapper);
                }
            }
        }
    }

    private static void Tidy(IOpenApiSchema schema)
    {
        if (schema.Description is { } text && Verbs.FirstOrDefault(verb => text.StartsWith(verb, StringComparison.Ordinal)) is { } verb)
        {
            schema.Description = char.ToUpperInvariant(text[verb.Length]) + text[(verb.Length + 1)..];
        }
    }
}
