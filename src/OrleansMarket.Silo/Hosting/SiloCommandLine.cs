using System.CommandLine;
using Microsoft.Extensions.Options;
using OrleansMarket.Feeds.Sources;
using OrleansMarket.Silo.Import;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Web;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Silo.Hosting;

/// <summary>The silo's command line: what is wrong in one line.</summary>
internal static class SiloCommandLine
{
    private const int Ok = 0;
    private const int Usage = 2;
    private const string Program = "OrleansMarket.Silo";

    /// <summary>Runs the silo until it is stopped.</summary>
    /// <returns>0, or 2 when an option or a setting is wrong; what a command says otherwise.</returns>
    public static async Task<int> InvokeAsync(string[] args, TextWriter output, TextWriter error)
    {
        var configuration = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        // run.sh starts every host alike.
        var parsed = Create().Parse(args is ["serve", .. var rest] ? rest : args);
        if (await CommandLineFaults.TellAsync(parsed, Program, error))
        {
            return Usage;
        }

        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (Exception exception) when (Explain(exception) is { } reason)
        {
            await error.WriteLineAsync($"error: {reason}");
            return Usage;
        }
    }

    /// <summary>One line that says what to correct, or <see langword="null"/> for a defect of ours.</summary>
    private static string? Explain(Exception exception) => exception switch
    {
        OptionsValidationException options => $"settings: {string.Join("; ", options.Failures)}",
        MarketStartException or StorageException => exception.Message,
        IOException or UnauthorizedAccessException => exception.Message.ReplaceLineEndings(" "),
        ArgumentException argument => argument.Message.Split(Environment.NewLine)[0].Replace($" (Parameter '{argument.ParamName}')", "", StringComparison.Ordinal),
        _ => null,
    };

    private static RootCommand Create()
    {
        var options = new ServeOptions("Where state is kept; the same folder as the standalone host's");
        var memory = new Option<bool>("--memory") { Description = "Keep nothing: state lives in a temporary folder that goes with the process" };
        var command = new RootCommand("OrleansMarket as a silo: alone, or one of a cluster (Cluster__Redis).") { memory };
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var urls = parsed.GetRequiredValue(options.Urls);
            if (ListenUrls.Explain(urls) is { } wrong)
            {
                throw new MarketStartException(wrong);
            }

            var settings = new SiloSettings(
                SourceSettings.Parse(parsed.GetRequiredValue(options.Source), parsed.GetRequiredValue(options.Speed), parsed.GetRequiredValue(options.Data)),
                urls, parsed.GetValue(memory));
            await SiloHost.RunAsync(settings, parsed.InvocationConfiguration.Output, cancellationToken);
            return Ok;
        });
        command.Subcommands.Add(HealthCheckCommand.Create(TimeProvider.System));
        command.Subcommands.Add(ImportCommand.Create());
        return command;
    }
}
