using System.CommandLine;
using OrleansMarket.Feeds.Sources;
using OrleansMarket.Silo.Import;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Silo.Hosting;

/// <summary>The silo's command line.</summary>
internal static class SiloCommandLine
{
    private const string Program = "OrleansMarket.Silo";

    /// <summary>Runs the silo until it is stopped, or another command until it ends.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static Task<int> InvokeAsync(string[] args, TextWriter output, TextWriter error) =>
        // run.sh starts every host alike.
        CommandRunner.InvokeAsync(Create(), Program, args is ["serve", .. var rest] ? rest : args, output, error);

    /// <summary>Builds the commands.</summary>
    public static RootCommand Create()
    {
        var options = new ServeOptions("Where state is kept; the same folder as the standalone host's");
        var memory = new Option<bool>("--memory") { Description = "Keep nothing: state lives in a temporary folder that goes with the process" };
        var command = new RootCommand("OrleansMarket as a silo: alone, or one of a cluster (Cluster__Redis).").WithExamples(
            "",
            "--source simulator --urls http://localhost:9000 --memory",
            "--source live --data /var/lib/orleans-market");
        options.AddTo(command);
        command.Add(memory);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var source = SourceSettings.Parse(
                parsed.GetRequiredValue(options.Source), parsed.GetRequiredValue(options.Speed), parsed.GetRequiredValue(options.Data));
            await SiloHost.RunAsync(
                new SiloSettings(source, parsed.GetRequiredValue(options.Urls), parsed.GetValue(memory)), parsed.InvocationConfiguration.Output, cancellationToken);
            return ExitCode.Ok;
        });
        command.Subcommands.Add(HealthCheckCommand.Create(TimeProvider.System));
        command.Subcommands.Add(ImportCommand.Create());
        return command;
    }
}
