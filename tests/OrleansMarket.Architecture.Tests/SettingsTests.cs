using System.Text.RegularExpressions;

namespace OrleansMarket.Architecture.Tests;

/// <summary>docs/configuration.md lists every setting as the code describes it, and no document names one that is not there.</summary>
public sealed partial class SettingsTests
{
    private const string Document = "docs/configuration.md";

    private static readonly string[] Roots = [.. Setting.All.Select(setting => setting.Name.Split(':')[0]).Distinct()];

    [Fact]
    public void Document_ListsEverySetting_WithDefaultAndMeaningOfItsClass()
    {
        var listed = Row().Matches(Repository.Read(Document)).Select(match => match.Value).ToList();
        var expected = Setting.All.Select(setting => setting.Row).ToList();

        Assert.NotEmpty(expected);
        expected.Except(listed).Select(row => $"expected: {row}").Concat(listed.Except(expected).Select(row => $"found: {row}")).ShouldBeNone();
    }

    [Fact]
    public void EverySettingThatADocumentNames_Exists() => Documents().SelectMany(NamesIn).Where(named => !Exists(named.Name)).ShouldBeNone();

    [Fact]
    public void EveryShortName_IsRead()
    {
        var code = string.Concat(Repository.CodeFiles("src").Select(Repository.Read));
        var names = ShortName().Matches(Repository.Read(Document)).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(names);
        names.Where(name => !code.Contains($"\"{name}\"", StringComparison.Ordinal)).ShouldBeNone();
    }

    /// <summary>The settings of other products stand in the requirements, of former versions in the changes.</summary>
    private static IEnumerable<string> Documents() => Repository.Files.Where(file =>
        file is "README.md" || (file.StartsWith("docs/", StringComparison.Ordinal) && file.EndsWith(".md", StringComparison.Ordinal) && file != "docs/requirements.md"));

    private static IEnumerable<(string File, string Name)> NamesIn(string file) => Named().Matches(Repository.Read(file))
        .Select(match => match.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal))
        .Where(name => Roots.Contains(name.Split(':')[0]))
        .Select(name => (file, name));

    private static bool Exists(string name) =>
        Setting.All.Any(setting => setting.Covers(name) || setting.Name.StartsWith(name.TrimEnd('*', '…').TrimEnd(':') + ":", StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"^\| `[A-Z]\w*:.*\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`([A-Z]\w*?(?:(?::|__)(?:[A-Za-z]\w*?|\d+|\*|…))+)(?:=[^`]*)?`")]
    private static partial Regex Named();

    [GeneratedRegex(@"^\| `([A-Z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex ShortName();
}
