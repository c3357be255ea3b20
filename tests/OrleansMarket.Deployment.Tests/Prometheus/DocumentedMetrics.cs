using System.Text.RegularExpressions;

namespace OrleansMarket.Deployment.Tests.Prometheus;

/// <summary>The instruments of docs/metrics.md, by the name under which Prometheus sees them.</summary>
internal static partial class DocumentedMetrics
{
    private static readonly Dictionary<string, string> Suffixes = new() { ["s"] = "_seconds", ["By"] = "_bytes", ["%"] = "_percent", ["ms"] = "_seconds" };

    /// <summary>Every row as it stands.</summary>
    public static IReadOnlyList<MetricRow> Rows { get; } = [.. Row().Matches(Repository.Read("docs", "metrics.md")).Select(row => new MetricRow(
        row.Groups["name"].Value, row.Groups["type"].Value, row.Groups["unit"].Value, row.Groups["tags"].Value, row.Groups["meaning"].Value, row.Groups["moves"].Value))];

    /// <summary>Each name with its row.</summary>
    public static IReadOnlyDictionary<string, MetricRow> ByName { get; } = Rows.DistinctBy(row => NameOf(row.Name, row.Type, row.Unit)).ToDictionary(row => NameOf(row.Name, row.Type, row.Unit));

    /// <summary>Each name with its type: counter, gauge or histogram.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = ByName.ToDictionary(pair => pair.Key, pair => pair.Value.Type);

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

    [GeneratedRegex(@"^\| `(?<name>[a-z0-9_.-]+)` \| (?<type>counter|gauge|histogram|up-down counter) \| (`(?<unit>[^`]+)`)? ?\| ?(?<tags>[^|]*?) ?\| ?(?<meaning>[^|]*?) ?\| ?(?<moves>[^|]*?) ?\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("^(.*)_(bucket|sum|count)$")]
    private static partial Regex HistogramPart();
}

/// <summary>What docs/metrics.md says of an instrument.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">counter, gauge, histogram or up-down counter.</param>
/// <param name="Unit">Its unit, or nothing.</param>
/// <param name="Tags">Its tags, each in quotes.</param>
/// <param name="Meaning">What it tells.</param>
/// <param name="WhenItMoves">What to do then.</param>
internal sealed record MetricRow(string Name, string Type, string Unit, string Tags, string Meaning, string WhenItMoves)
{
    /// <summary>Whether Prometheus may show a label.</summary>
    public bool HasTag(string label) =>
        label == "le" || Tags.Contains("and others", StringComparison.Ordinal) || Tags.Split('`').Any(tag => tag.Replace('.', '_').Replace('-', '_') == label);
}
