using System.Text.RegularExpressions;

namespace OrleansMarket.Architecture.Tests;

/// <summary>docs/requirements.md tells where each line of the source documents lives and which test shows it: both must be there.</summary>
public sealed partial class RequirementsTests
{
    private const string Document = "docs/requirements.md";

    // How many lines each source document has; some are split by a letter.
    private static readonly (string Source, int Lines, string[] Split)[] Sources =
        [("000", 62, ["50a", "50b", "50c"]), ("001", 52, []), ("002", 53, ["40a", "40b", "40c", "40d"]), ("004", 52, [])];

    private static readonly IReadOnlyList<(string Line, string Where, string Shown)> Rows =
        [.. Row().Matches(Repository.Read(Document)).Select(match => (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value))];

    [Fact]
    public void EveryLine_IsThereOnce_InItsOrder() => Assert.Equal(Sources.SelectMany(LinesOf), Rows.Select(row => row.Line));

    [Fact]
    public void EveryFileNamed_Exists()
    {
        // One that is not there yet must not be named.
        Rows.SelectMany(row => Quoted().Matches(row.Where).Select(match => (row.Line, Name: match.Groups[1].Value)))
            .Where(named => IsFile(named.Name) && !Repository.Files.Any(file => file == named.Name || file.StartsWith(named.Name + '/', StringComparison.Ordinal))).ShouldBeNone();
    }

    [Fact]
    public void EveryTestNamed_Exists()
    {
        var tests = Repository.CodeFiles("tests")
            .SelectMany(file => Class().Matches(Repository.Read(file)).SelectMany(type => Method().Matches(Repository.Read(file)).Select(method => $"{type.Groups[1].Value}.{method.Groups[1].Value}")))
            .ToHashSet();

        Rows.SelectMany(row => Quoted().Matches(row.Shown).Select(match => (row.Line, Name: match.Groups[1].Value))).Where(named => !tests.Contains(named.Name)).ShouldBeNone();
    }

    [Fact]
    public void EveryLine_IsSomewhere_OrSaysThatItIsNot_AndNamesItsTest()
    {
        Rows.Where(row => row.Where.Trim().Length == 0).Select(row => row.Line).ShouldBeNone();

        // What is built and is more than words has a test; a line that is answered by another one, or by a document, points there.
        Rows.Where(row => row.Shown.Trim() is "" && !row.Where.Contains("not yet", StringComparison.Ordinal) && !row.Where.Contains("see ", StringComparison.Ordinal) && !OnlyDocuments(row.Where))
            .Select(row => row.Line).ShouldBeNone();
    }

    private static bool OnlyDocuments(string where) => Quoted().Matches(where).Select(match => match.Groups[1].Value).Where(IsFile).All(name => name.EndsWith(".md", StringComparison.Ordinal));

    private static IEnumerable<string> LinesOf((string Source, int Lines, string[] Split) source) => Enumerable.Range(1, source.Lines)
        .SelectMany(line => source.Split.Where(part => part[..^1] == $"{line}").DefaultIfEmpty($"{line:00}").Select(part => $"{source.Source}-{part}"));

    private static bool IsFile(string name) => Repository.Files.Any(file => file == name) || FileName().IsMatch(name);

    [GeneratedRegex(@"^\| (00\d-\d\d[a-z]?) \|(?:\\\||[^|])*\|([^|]*)\|([^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^(src|tests|docs|helm|argocd|grafana|prometheus|compose|eng)/[\w./-]+$|^[\w-]*\.(yml|md|sh)$|^Dockerfile$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"\bclass (\w+)")]
    private static partial Regex Class();

    [GeneratedRegex(@"public (?:async Task|Task|void) (\w+)\(")]
    private static partial Regex Method();
}
