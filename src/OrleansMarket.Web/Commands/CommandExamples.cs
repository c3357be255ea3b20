using System.CommandLine;
using System.Runtime.CompilerServices;

namespace OrleansMarket.Web.Commands;

/// <summary>The examples that <c>--help</c> shows under a command.</summary>
public static class CommandExamples
{
    private static readonly ConditionalWeakTable<Command, IReadOnlyList<string>> Examples = [];

    /// <summary>Gives a command its examples, each without the program's name.</summary>
    public static T WithExamples<T>(this T command, params string[] examples)
        where T : Command
    {
        Examples.AddOrUpdate(command, examples);
        return command;
    }

    /// <summary>The examples of a command; a group shows those of its commands.</summary>
    public static IEnumerable<string> Of(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Examples.TryGetValue(command, out var examples) ? examples : command.Subcommands.SelectMany(child => Of(child).Take(1));
    }
}
