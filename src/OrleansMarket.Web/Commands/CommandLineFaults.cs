using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace OrleansMarket.Web.Commands;

/// <summary>What is wrong with a command line, one line a fault.</summary>
public static class CommandLineFaults
{
    /// <summary>Tells what is wrong.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="program">The program's name, as a person types it.</param>
    /// <param name="error">Takes the lines.</param>
    /// <returns>Whether anything is wrong.</returns>
    public static async Task<bool> TellAsync(ParseResult parsed, string program, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        ArgumentNullException.ThrowIfNull(error);
        if (parsed.Action is not ParseErrorAction)
        {
            return false;
        }

        // An unknown word also leaves the command or an argument out; the word is what to tell.
        var unknown = parsed.Errors.Where(fault => parsed.UnmatchedTokens.Any(word => fault.Message.Contains($"'{word}'", StringComparison.Ordinal))).ToList();
        foreach (var message in (unknown.Count > 0 ? unknown : parsed.Errors).Select(fault => OneLine(fault.Message)).Distinct())
        {
            await error.WriteLineAsync($"error: {message.TrimEnd('.')}; see '{PathOf(parsed, program)} --help'").ConfigureAwait(false);
        }

        return true;
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Replace("\t", "", StringComparison.Ordinal);

    private static string PathOf(ParseResult parsed, string program)
    {
        var names = new List<string>();
        for (SymbolResult? at = parsed.CommandResult; at is not null; at = at.Parent)
        {
            if (at is CommandResult command)
            {
                names.Insert(0, command.Command is RootCommand ? program : command.Command.Name);
            }
        }

        return string.Join(' ', names);
    }
}
