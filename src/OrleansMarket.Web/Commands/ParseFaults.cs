using System.CommandLine;
using System.CommandLine.Parsing;

namespace OrleansMarket.Web.Commands;

/// <summary>Says what is wrong with the words of a command line, each in one line that names the option or argument.</summary>
internal static class ParseFaults
{
    /// <summary>Gets a line for each fault.</summary>
    public static IEnumerable<string> Describe(ParseResult parsed, string program)
    {
        // An unknown word also leaves the command or an argument out; the word is what to tell.
        var unknown = parsed.UnmatchedTokens.Select(word => $"Unrecognized command or argument '{word}'").ToList();
        var faults = unknown.Count > 0 ? unknown : parsed.Errors.Select(Describe);
        return faults.Distinct().Select(fault => $"{fault}; see '{Path(parsed.CommandResult, program)} --help'");
    }

    private static string Describe(ParseError error) => error.SymbolResult switch
    {
        ArgumentResult { Parent: OptionResult owner } argument => Describe(owner, argument.Tokens, error.Message),
        OptionResult option => Describe(option, option.Tokens, error.Message),
        ArgumentResult { Tokens: [] } argument => $"expected {argument.Argument.Name}, found none",
        ArgumentResult when error.Message.StartsWith("unknown ", StringComparison.Ordinal) => OneLine(error.Message),
        ArgumentResult argument => $"{argument.Argument.Name}: expected {Kind(argument.Argument.ValueType)}, found '{argument.Tokens[^1].Value}'",
        CommandResult { Command.Subcommands: { Count: > 0 } commands } => $"expected one of {string.Join(", ", commands.Select(command => command.Name))}, found none",
        _ => OneLine(error.Message),
    };

    private static string Describe(OptionResult option, IReadOnlyList<Token> words, string message)
    {
        var name = option.Option.Name;
        return words.Count switch
        {
            // Our own rules name the option themselves.
            _ when message.StartsWith($"{name}: ", StringComparison.Ordinal) => OneLine(message),
            0 => $"{name}: expected a value, found none",
            1 => $"{name}: expected {Kind(option.Option.ValueType)}, found '{words[0].Value}'",
            _ => $"{name}: expected one value, found {words.Count}",
        };
    }

    private static string Kind(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type.GetElementType() ?? type;
        return type == typeof(int) || type == typeof(long) ? "a whole number" : type == typeof(double) ? "a number" : type == typeof(bool) ? "true or false" : "another value";
    }

    private static string Path(CommandResult command, string program)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = command; at is not null; at = at.Parent)
        {
            if (at is CommandResult result)
            {
                names.Push(result.Command is RootCommand ? program : result.Command.Name);
            }
        }

        return string.Join(' ', names);
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Replace("\t", "", StringComparison.Ordinal).TrimEnd('.');
}
