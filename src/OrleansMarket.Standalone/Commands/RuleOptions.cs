using System.CommandLine;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Standalone.Commands;

/// <summary>Reads files of alert rules for several commands.</summary>
internal static class RuleOptions
{
    /// <summary>A file of alert rules.</summary>
    public static Option<string?> Rules(string description) => new("--rules") { Description = description, HelpName = "rules.json" };

    /// <summary>Reads a file that must be good.</summary>
    /// <exception cref="CommandException">It cannot be read, or a rule in it is bad.</exception>
    public static IReadOnlyList<AlertRule> Read(string path)
    {
        var content = ReadContent(path);
        return content.Problems switch
        {
            [] when content.Rules.Count > 0 => content.Rules,
            [] => throw new CommandException($"{path}: expected at least one rule, found none; add one, for an example see docs/alerts.md"),
            [var only] => throw new CommandException(only.ToString()),
            [var first, ..] => throw new CommandException($"{first} (and {content.Problems.Count - 1} more; 'rules check {path}' lists them)"),
        };
    }

    /// <summary>Reads a file, with all that is wrong with it.</summary>
    /// <exception cref="CommandException">It cannot be read.</exception>
    public static AlertRuleFileContent ReadContent(string path)
    {
        try
        {
            return AlertRuleFile.Read(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException($"{path}: no such file; check the path");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path}: the file cannot be read; check that it is a file and its permissions");
        }
    }
}
