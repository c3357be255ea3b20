using System.Text.RegularExpressions;

namespace OrleansMarket.Deployment.Tests.Prometheus;

/// <summary>The instruments of docs/metrics.md, by the name under which Prometheus sees them.</summary>
internal static partial class DocumentedMetrics
{
    private static readonly Dictionary<string, string> Suffixes = new() { ["s"] = "_seconds", ["By"] = "_bytes", ["%"] = "_percent", ["ms"] = "_seconds" };

    /// <summary>Each name with its type: counter, gauge or histogram.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = Row().Matches(Repository.Read("docs", "metrics.md"))
        .Select(row => (Name: NameOf(row.Groups["name"].Value, row.Groups["type"].Value, row.Groups["unit"].Value), Type: row.Groups["type"].Value))
        .DistinctBy(row => row.Name).ToDictionary(row => row.Name, row => row.Type);

    /// <summary>The documented metric that a series belongs to, or <see langword="null"/>.</summary>
    public static string? Find(string series) =>
        All.ContainsKey(series) ? series : HistogramPart().Match(series) is { Success: true } part && All.GetValueOrDefault(part.Groups[1].Value) == "histogram" ? part.Groups[1].Value : null;

    private static string NameOf(string instrument, string type, string unit)
    {
        var name = instrument.Replace('.', '_').Replace('-', '_');
        var suffix = unit == "1" ? type is "gauge" ? "_ratio" : "" : unit.EndsWith("/s", StringComparison.Ordinal) ? "_per_second" : Suffixes.GetValueOrDefault(unit, "");
        name = name.EndsWith(suffix, StringComparison.Ordinal) ? name : name + suffix;
        if (type is not "counter" and not "histogram" && name.EndsWith("_count", StringComparison.Ordinal))
        {
            name = name[..^"_count".Length];
            return name.EndsWith('y') ? $"{name[..^1]}ies" : $"{name}s";
        }

        return type == "counter" && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    [GeneratedRegex(@"^\| `(?<name>[a-z0-9_.-]+)` \| (?<type>counter|gauge|histogram|up-down counter) \| (`(?<unit>[^`]+)`)? ?\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("^(.*)_(bucket|sum|count)$")]
    private static partial Regex HistogramPart();
}
