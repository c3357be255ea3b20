using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OrleansMarket.Web.Commands;

/// <summary>Runs the command line of a program. What a person can put right is one line on the error stream, never a stack trace.</summary>
public static class CommandRunner
{
    // Hosts bound the time of their stop themselves: nothing may cut it short, for what was accepted is stored in it.
    private static readonly TimeSpan LongestStop = TimeSpan.FromHours(1);

    /// <summary>Runs one command line.</summary>
    /// <param name="root">The commands.</param>
    /// <param name="program">The program's name, as a person types it.</param>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Takes results.</param>
    /// <param name="error">Takes everything for people.</param>
    /// <param name="cancellationToken">Interrupts the command.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> InvokeAsync(
        RootCommand root, string program, IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(error);
        if (root.Options.OfType<HelpOption>().Single() is { Action: HelpAction usual } help)
        {
            help.Action = new ExamplesHelpAction(usual, program);
        }

        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var fault in ParseFaults.Describe(parsed, program))
            {
                await error.WriteLineAsync($"error: {fault}").ConfigureAwait(false);
            }

            return ExitCode.Unusable;
        }

        try
        {
            var streams = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = LongestStop };
            return await parsed.InvokeAsync(streams, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("interrupted").ConfigureAwait(false);
            return ExitCode.Interrupted;
        }
        catch (Exception exception) when (Faults.Explain(exception) is { } reason)
        {
            await error.WriteLineAsync($"error: {reason}").ConfigureAwait(false);
            return exception is CommandException { ExitCode: var code } ? code : ExitCode.Unusable;
        }
    }
}
