using System.CommandLine;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Standalone.Commands;

/// <summary>The whole command line: one file a command beside this one.</summary>
public static class MarketCommandLine
{
    /// <summary>The program's name, as a person types it.</summary>
    public const string Program = "OrleansMarket.Standalone";

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
            HealthCheckCommand.Create(clock),
        };
        var version = root.Options.OfType<VersionOption>().Single();
        version.Description = "Show the versions of the product, .NET and the native SQLite";
        version.Action = new VersionAction();
        return root;
    }

    /// <summary>Runs one command line, as <see cref="CommandRunner"/> does.</summary>
    /// <param name="root">The commands.</param>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Takes results.</param>
    /// <param name="error">Takes everything for people.</param>
    /// <param name="cancellationToken">Interrupts the command.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static Task<int> InvokeAsync(
        RootCommand root, IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default) =>
        CommandRunner.InvokeAsync(root, Program, args, output, error, cancellationToken);
}
