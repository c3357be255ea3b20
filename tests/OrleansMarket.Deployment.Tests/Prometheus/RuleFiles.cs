using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansMarket.Deployment.Tests.Tools;

namespace OrleansMarket.Deployment.Tests.Prometheus;

/// <summary>The recording and alerting rules as files.</summary>
internal static partial class RuleFiles
{
    public static IReadOnlyList<string> Rules { get; } = Files("rules");

    public static IReadOnlyList<string> Tests { get; } = Files("tests");

    public static IReadOnlyList<JsonNode> All { get; } =
        [.. Rules.SelectMany(file => Yaml.Read(File.ReadAllText(file)).Items("groups")).SelectMany(group => group.Items("rules"))];

    public static IReadOnlyList<JsonNode> Alerts { get; } = [.. All.Where(rule => rule["alert"] is not null)];

    /// <summary>Every choice of series that the rules make: a name and its labels.</summary>
    public static IReadOnlyList<string> Selectors { get; } =
        [.. All.SelectMany(rule => Selector().Matches(rule.Text("expr")!)).Select(match => match.Value).Distinct()];

    private static string[] Files(string folder) => [.. Directory.EnumerateFiles(Repository.At("prometheus", folder), "*.yml").Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"\b[a-z_][a-z0-9_:]*\{[^}]*\}")]
    private static partial Regex Selector();
}
