using System.Text.Json.Nodes;

namespace OrleansMarket.Deployment.Tests.Tools;

/// <summary>Walks a parsed document. Dots part the steps, a number is an index; a name that holds a dot is walked to by the indexer.</summary>
internal static class JsonNodeExtensions
{
    /// <summary>What lies at a path, or <see langword="null"/>.</summary>
    public static JsonNode? At(this JsonNode? node, string path)
    {
        foreach (var step in path.Split('.'))
        {
            node = node switch
            {
                JsonArray array => int.TryParse(step, out var index) && index < array.Count ? array[index] : null,
                JsonObject map => map[step],
                _ => null,
            };
        }

        return node;
    }

    /// <summary>Makes every node of a parsed text now rather than when it is first asked for, so that several threads may read it.</summary>
    public static JsonNode Materialise(this JsonNode node)
    {
        foreach (var inner in node switch { JsonObject map => map.Select(entry => entry.Value), JsonArray array => array, _ => [] })
        {
            inner?.Materialise();
        }

        return node;
    }

    /// <summary>The text or number at a path as text, or <see langword="null"/>.</summary>
    public static string? Text(this JsonNode? node, string path) => node.At(path)?.ToString();

    /// <summary>The parts of a list at a path; none where there is no list.</summary>
    public static IEnumerable<JsonNode> Items(this JsonNode? node, string path) => (node.At(path) as JsonArray ?? []).OfType<JsonNode>();

    /// <summary>The entries of a mapping at a path; none where there is no mapping.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Entries(this JsonNode? node, string path) => node.At(path) as JsonObject ?? [];
}
