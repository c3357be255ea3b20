using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OrleansMarket.Deployment.Tests.Tools;

/// <summary>Reads YAML as the tools do: duplicate keys are an error, plain scalars have the types of YAML's core schema, <c>&lt;&lt;</c> merges.</summary>
internal static class Yaml
{
    /// <summary>Reads each document that is not empty.</summary>
    public static IReadOnlyList<JsonObject> ReadAll(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => Convert(document.RootNode)).OfType<JsonObject>()];
    }

    public static JsonObject Read(string text) => ReadAll(text).Single();

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => ConvertMapping(mapping),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => ConvertPlain(plain.Value ?? ""),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidOperationException($"{node.Start}: unexpected {node.NodeType}"),
    };

    private static JsonObject ConvertMapping(YamlMappingNode mapping)
    {
        var result = new JsonObject();
        foreach (var (key, value) in mapping.Children.OrderBy(pair => Key(pair.Key) == "<<" ? 0 : 1))
        {
            if (Key(key) != "<<")
            {
                result[Key(key)] = Convert(value);
                continue;
            }

            foreach (var merged in value is YamlSequenceNode several ? several.Children : [value])
            {
                foreach (var (name, inherited) in ConvertMapping((YamlMappingNode)merged))
                {
                    result[name] = inherited?.DeepClone();
                }
            }
        }

        return result;
    }

    private static JsonValue? ConvertPlain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && !char.IsLetter(text[^1]) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };

    private static string Key(YamlNode node) => ((YamlScalarNode)node).Value!;
}
