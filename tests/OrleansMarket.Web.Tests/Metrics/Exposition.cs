using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansMarket.Web.Tests.Metrics;

/// <summary>Reads Prometheus' text format by the letter of its description, to check what we write.</summary>
internal sealed partial class Exposition
{
    public Dictionary<string, string> Types { get; } = [];

    public Dictionary<string, string> Help { get; } = [];

    public List<(string Name, SortedDictionary<string, string> Labels, double Value)> Samples { get; } = [];

    public static Exposition Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var exposition = new Exposition();
        var seen = new HashSet<string>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (HelpLine().Match(line) is { Success: true } help)
            {
                Assert.True(exposition.Help.TryAdd(help.Groups[1].Value, help.Groups[2].Value), $"second HELP: {line}");
            }
            else if (TypeLine().Match(line) is { Success: true } type)
            {
                Assert.True(exposition.Types.TryAdd(type.Groups[1].Value, type.Groups[2].Value), $"second TYPE: {line}");
            }
            else
            {
                var sample = SampleLine().Match(line);
                Assert.True(sample.Success, $"not a line of the format: {line}");
                var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
                foreach (Match label in Label().Matches(sample.Groups[2].Value))
                {
                    labels.Add(label.Groups[1].Value, Unescape(label.Groups[2].Value));
                }

                Assert.True(seen.Add($"{sample.Groups[1].Value} {string.Join(',', labels)}"), $"the series occurs twice: {line}");
                exposition.Samples.Add((sample.Groups[1].Value, labels, Number(sample.Groups[3].Value)));
            }
        }

        foreach (var (name, _, _) in exposition.Samples)
        {
            Assert.True(exposition.Types.ContainsKey(Family(name, exposition)), $"{name} has no TYPE");
            Assert.True(exposition.Help.ContainsKey(Family(name, exposition)), $"{name} has no HELP");
        }

        return exposition;
    }

    public double Value(string name, params (string Name, string Value)[] labels) =>
        Samples.Single(sample => sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Name) == label.Value)).Value;

    private static string Family(string name, Exposition exposition) =>
        exposition.Types.ContainsKey(name) ? name : Suffix().Replace(name, "");

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static string Unescape(string text)
    {
        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            plain.Append(text[i] != '\\' ? text[i] : text[++i] == 'n' ? '\n' : text[i]);
        }

        return plain.ToString();
    }

    [GeneratedRegex("^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$")]
    private static partial Regex HelpLine();

    [GeneratedRegex("^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\S+)$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?=,|$)""")]
    private static partial Regex Label();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
