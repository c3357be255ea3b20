using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrleansMarket.Web.Tests.OpenApi;

/// <summary>A small JSON Schema validator for what the API's document uses. Stricter than the standard: undocumented properties are errors.</summary>
internal sealed class JsonSchemaCheck(JsonNode document)
{
    /// <summary>Everything wrong with a value, each with its path.</summary>
    public IReadOnlyList<string> Validate(JsonNode? value, JsonNode schema)
    {
        List<string> problems = [];
        Check(value, schema, "$", problems);
        return problems;
    }

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => decimal.TryParse(value.ToJsonString(), out var number) && decimal.Truncate(number) == number ? "integer" : "number",
        JsonValueKind.Array => "array",
        _ => "object",
    };

    private void Check(JsonNode? value, JsonNode schema, string path, List<string> problems)
    {
        if (schema["$ref"]?.GetValue<string>() is { } reference)
        {
            Check(value, Resolve(reference), path, problems);
            return;
        }

        if ((schema["oneOf"] ?? schema["anyOf"]) is JsonArray choices)
        {
            if (!choices.Any(choice => Validate(value, choice!).Count == 0))
            {
                problems.Add($"{path}: fits none of the choices: {value?.ToJsonString()}");
            }

            return;
        }

        CheckType(value, schema, path, problems);
        if (schema["enum"] is JsonArray names && value is not null && !names.Any(name => JsonNode.DeepEquals(name, value)))
        {
            problems.Add($"{path}: {value.ToJsonString()} is not one of {names.ToJsonString()}");
        }

        switch (value)
        {
            case JsonObject fields:
                CheckObject(fields, schema, path, problems);
                break;
            case JsonArray items:
                CheckItems(items, schema, path, problems);
                break;
            case JsonValue when TypeOf(value) == "string":
                CheckText(value.GetValue<string>(), schema, path, problems);
                break;
        }
    }

    private static void CheckType(JsonNode? value, JsonNode schema, string path, List<string> problems)
    {
        if (schema["type"] is not { } declared)
        {
            problems.Add($"{path}: the schema says nothing about the type: {schema.ToJsonString()}");
            return;
        }

        var types = declared is JsonArray several ? several.Select(type => type!.GetValue<string>()).ToArray() : [declared.GetValue<string>()];
        var found = TypeOf(value);
        if (!types.Contains(found) && !(found == "integer" && types.Contains("number")))
        {
            problems.Add($"{path}: expected {string.Join(" or ", types)}, found {found}");
        }
    }

    private static void CheckText(string text, JsonNode schema, string path, List<string> problems)
    {
        if (schema["format"]?.GetValue<string>() == "date-time" && !Regex.IsMatch(text, @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$"))
        {
            problems.Add($"{path}: '{text}' is not an instant in UTC");
        }

        if (schema["pattern"]?.GetValue<string>() is { } pattern && !Regex.IsMatch(text, pattern))
        {
            problems.Add($"{path}: '{text}' does not match {pattern}");
        }
    }

    private void CheckObject(JsonObject fields, JsonNode schema, string path, List<string> problems)
    {
        foreach (var name in (schema["required"] as JsonArray ?? []).Select(name => name!.GetValue<string>()).Where(name => !fields.ContainsKey(name)))
        {
            problems.Add($"{path}: {name} is missing");
        }

        foreach (var (name, field) in fields)
        {
            if (schema["properties"]?[name] is { } property)
            {
                Check(field, property, $"{path}.{name}", problems);
            }
            else if (schema["additionalProperties"] is JsonObject additional)
            {
                Check(field, additional, $"{path}.{name}", problems);
            }
            else
            {
                problems.Add($"{path}: {name} is not documented");
            }
        }
    }

    private void CheckItems(JsonArray items, JsonNode schema, string path, List<string> problems)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (schema["items"] is { } item)
            {
                Check(items[i], item, $"{path}[{i}]", problems);
            }
            else
            {
                problems.Add($"{path}: the schema says nothing about items");
            }
        }
    }

    private JsonNode Resolve(string reference) =>
        reference.TrimStart('#', '/').Split('/').Aggregate(document, (node, part) => node[part] ?? throw new InvalidOperationException($"{reference} leads nowhere"));
}
