using System.CommandLine;
using System.CommandLine.Help;
using OrleansMarket.Feeds.Replay;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Standalone.Commands;

/// <summary>The whole command line: one file a command beside this one.</summary>
public static class MarketCommandLine
{
    /// <summary>Builds the root command.</summary>
    /// <param name="clock">The clock of every command.</param>
    public static RootCommand Create(TimeProvider clock)
    {
        var root = new RootCommand("Market data in one process: every trade counted once and proven against the exchange, every alert worth reading.")
        {
            ServeCommand.Create(),
            ReplayCommand.Create(clock),
            CandlesCommand.Create(clock),
            BacktestCommand.Create(clock),
            RulesCommand.Create(),
            TradesCommand.Create(clock),
            DeadLettersCommand.Create(clock),
            AlertsCommand.Create(clock),
            HealthCheckCommand.Create(clock).WithExamples(
                "healthcheck",
                "healthcheck --url http://localhost:9000 --wait 60"),
        };
        foreach (var option in root.Options)
        {
            switch (option)
            {
                case HelpOption help:
                    help.Action = new ExamplesHelpAction((HelpAction)help.Action!);
                    break;
                case VersionOption version:
                    version.Description = "Show the versions of the product, .NET and the native SQLite";
                    version.Action = new VersionAction();
                    break;
            }
        }

        return root;
    }

    /// <summary>Runs one command line. A fault of the input is one line on <paramref name="error"/>, never a stack trace.</summary>
    /// <param name="root">The commands.</param>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Takes results.</param>
    /// <param name="error">Takes everything for people.</param>
    /// <param name="cancellationToken">Interrupts the command.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> InvokeAsync(
        RootCommand root, IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(error);
        var parsed = root.Parse(args);
        if (await CommandLineFaults.TellAsync(parsed, CommandExamples.Program, error).ConfigureAwait(false))
        {
            return ExitCode.Unusable;
        }

        try
        {
            var streams = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false };
            return await parsed.InvokeAsync(streams, cancellationToken).ConfigureAwait(false);
        }
        catch (CommandException e)
        {
            await error.WriteLineAsync($"error: {e.Message}").ConfigureAwait(false);
            return e.ExitCode;
        }
        catch (TapeException e)
        {
            await error.WriteLineAsync($"error: {e.Message}").ConfigureAwait(false);
            return ExitCode.Unusable;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"error: {e.Message.ReplaceLineEndings(" ")}").ConfigureAwait(false);
            return ExitCode.Unusable;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("interrupted").ConfigureAwait(false);
            return ExitCode.Interrupted;
        }
    }
}
