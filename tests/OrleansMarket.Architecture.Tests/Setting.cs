using System.Text.RegularExpressions;

namespace OrleansMarket.Architecture.Tests;

/// <summary>A setting as its class declares and describes it.</summary>
/// <param name="Name">The section and the property, with colons. SOURCE stands for any name.</param>
/// <param name="Default">What holds where it is not set.</param>
/// <param name="Meaning">What it is for, in one or more sentences.</param>
internal sealed partial record Setting(string Name, string Default, string Meaning)
{
    /// <summary>Every setting there is: the properties of the classes whose comment names a section, but for those that are sections themselves.</summary>
    public static IReadOnlyList<Setting> All { get; } = [.. Repository.CodeFiles("src").SelectMany(file => Of(Repository.Read(file)))];

    /// <summary>Its row in the table of settings.</summary>
    public string Row => $"| `{Name}` | {Default} | {Meaning} |";

    /// <summary>Whether a name, with colons, is this setting or a part of it.</summary>
    public bool Covers(string name) => Regex.IsMatch(name, $"^{Regex.Escape(Name).Replace("SOURCE", @"\w+", StringComparison.Ordinal)}(:\\w+)*$", RegexOptions.IgnoreCase);

    private static IEnumerable<Setting> Of(string code)
    {
        var section = "";
        foreach (Match declaration in Declaration().Matches(code))
        {
            var comment = Text(declaration.Groups["comment"].Value);
            if (declaration.Groups["class"].Success)
            {
                section = Section().Match(comment).Groups[1].Value;
            }
            else if (section.Length > 0 && !declaration.Groups["type"].Value.EndsWith("Options", StringComparison.Ordinal))
            {
                yield return Read($"{section}:{declaration.Groups["property"].Value}", comment);
            }
        }
    }

    private static Setting Read(string name, string comment)
    {
        var standard = Standard().Match(comment);
        var meaning = Verb().Replace(Standard().Replace(comment, ""), "").Trim();
        return new(name, standard.Success ? standard.Groups[1].Value : "none", char.ToUpperInvariant(meaning[0]) + meaning[1..]);
    }

    /// <summary>A comment as Markdown.</summary>
    private static string Text(string comment)
    {
        var text = Blanks().Replace(comment.Replace("///", " ", StringComparison.Ordinal), " ");
        text = Code().Replace(Reference().Replace(text, "`$1`"), "`$1`");
        return Tag().Replace(text, "").Trim();
    }

    [GeneratedRegex(@"(?<comment>(?:^ *///.*\n)+)(?:^ *\[.*\n)*^ *public (?:sealed )?(?:partial )?(?:(?:class|record) (?<class>\w+)|(?:required )?(?<type>[\w<>?\[\], ]+) (?<property>\w+) \{ get; (?:set|init); \})", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex("Section: `([^`]+)`")]
    private static partial Regex Section();

    [GeneratedRegex(@" ?Default(?: \(when empty\))?: (.+?)\.(?= |$)")]
    private static partial Regex Standard();

    [GeneratedRegex("^Gets (or sets )?")]
    private static partial Regex Verb();

    [GeneratedRegex("<c>(.*?)</c>")]
    private static partial Regex Code();

    [GeneratedRegex("""<see cref="(?:\w+\.)*(\w+)"/>""")]
    private static partial Regex Reference();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
