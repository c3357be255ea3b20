using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansMarket.Deployment.Tests.Tools;

namespace OrleansMarket.Deployment.Tests.Grafana;

/// <summary>A dashboard of <c>grafana/dashboards</c>.</summary>
internal sealed partial class Dashboard
{
    private Dashboard(string path)
    {
        Path = path;
        Json = JsonNode.Parse(File.ReadAllText(path))!.Materialise();
        Panels = [.. Json.Items("panels").Where(panel => panel.Text("type") != "row").Select(panel => new Panel(this, panel))];
    }

    /// <summary>Every dashboard, by name of its file.</summary>
    public static IReadOnlyList<Dashboard> All { get; } =
        [.. Directory.GetFiles(Repository.At("grafana", "dashboards"), "*.json").Order(StringComparer.Ordinal).Select(path => new Dashboard(path))];

    public string Path { get; }

    public string FileName => System.IO.Path.GetFileName(Path);

    public JsonNode Json { get; }

    public string Uid => Json.Text("uid")!;

    /// <summary>The panels that show something: rows are none.</summary>
    public IReadOnlyList<Panel> Panels { get; }

    /// <summary>The variables that a reader chooses, by name.</summary>
    public IReadOnlyDictionary<string, JsonNode> Variables => Json.Items("templating.list").ToDictionary(variable => variable.Text("name")!);

    /// <summary>The annotations of ours; Grafana's own is none.</summary>
    public IEnumerable<JsonNode> Annotations => Json.Items("annotations.list").Where(note => note.At("builtIn") is null);

    /// <summary>Everything that asks a database of a type: targets, annotations, variables.</summary>
    public IEnumerable<Question> Questions(string type)
    {
        var targets = Panels.SelectMany(panel => panel.Targets.Select(target => new Question(this, $"{panel.Title} {target.Text("refId")}", target, target.Text("query") ?? target.Text("expr")!)));
        var notes = Annotations.Select(note => new Question(this, $"annotation {note.Text("name")}", note, note.Text("query")!));
        var variables = Variables.Values.Where(variable => variable.Text("type") == "query")
            .Select(variable => new Question(this, $"variable {variable.Text("name")}", variable, variable.Text("query.query") ?? variable.Text("query")!));
        return targets.Concat(notes).Concat(variables).Where(question => question.Asked.Text("datasource.type") == type);
    }

    public override string ToString() => FileName;

    /// <summary>The names of variables in a text, those of Grafana itself left out.</summary>
    public static IEnumerable<string> VariablesIn(string text) =>
        Variable().Matches(text).Select(match => match.Groups["name"].Value).Where(name => !name.StartsWith("__", StringComparison.Ordinal) && name is not ("timeFilter" or "tag_symbol" or "tag_source" or "tag_taker" or "col")).Distinct();

    /// <summary>Puts values in place of variables, as Grafana does before it asks.</summary>
    /// <exception cref="KeyNotFoundException">A variable has no value.</exception>
    public static string Interpolate(string text, IReadOnlyDictionary<string, string> values) => Variable().Replace(text, match => values[match.Groups["name"].Value]);

    [GeneratedRegex(@"\$\{(?<name>\w+)(:\w+)?(\.\w+)*\}|\$(?<name>[A-Za-z_]\w*)")]
    private static partial Regex Variable();
}

/// <summary>A panel.</summary>
internal sealed record Panel(Dashboard Dashboard, JsonNode Json)
{
    public string Title => Json.Text("title")!;

    public string Type => Json.Text("type")!;

    public IEnumerable<JsonNode> Targets => Json.Items("targets");

    /// <summary>Where it stands: 24 columns, rows of 30 pixels.</summary>
    public (int X, int Y, int Width, int Height) Place => (Number("x"), Number("y"), Number("w"), Number("h"));

    public override string ToString() => $"{Dashboard}: {Title}";

    private int Number(string name) => Json.At($"gridPos.{name}")!.GetValue<int>();
}

/// <summary>Something that a database is asked.</summary>
/// <param name="Dashboard">The dashboard.</param>
/// <param name="Name">Which of its parts asks.</param>
/// <param name="Asked">The part.</param>
/// <param name="Query">What it asks, variables in place.</param>
internal sealed record Question(Dashboard Dashboard, string Name, JsonNode Asked, string Query)
{
    public override string ToString() => $"{Dashboard}: {Name}: {Query}";
}
