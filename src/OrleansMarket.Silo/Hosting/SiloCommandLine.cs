using System.CommandLine;
using Microsoft.Extensions.Options;
using OrleansMarket.Feeds.Sources;
using OrleansMarket.Silo.Import;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Web;

namespace OrleansMarket.Silo.Hosting;

/// <summary>The silo's command line: what is wrong in one line.</summary>
internal static class SiloCommandLine
{
    private const int Ok = 0;
    private const int Usage = 2;

    /// <summary>Runs the silo until it is stopped.</summary>
    /// <returns>0, or 2 when a setting is wrong.</returns>
    public static async Task<int> InvokeAsync(string[] args, TextWriter output, TextWriter error)
    {
        var configuration = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            // run.sh starts every host alike.
            return await Create().Parse(args is ["serve", .. var rest] ? rest : args).InvokeAsync(configuration);
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
        ArgumentException argument => argument.Message.Split(Environment.NewLine)[0].Replace($" (Parameter '{argument.ParamName}')", "", StringComparison.Ordinal),
        _ => null,
    };

    private static RootCommand Create()
    {
        var source = new Option<string>("--source")
        {
            Description = "auto (live when the exchange can be reached, else the simulator), live, simulator, or a recording",
            HelpName = "auto|live|simulator|FILE",
            DefaultValueFactory = _ => "auto",
        };
        var speed = new Option<string>("--speed") { Description = "How fast a recording is played: max, 1x, 10x", HelpName = "max|1x|10x", DefaultValueFactory = _ => "1x" };
        var urls = new Option<string>("--urls")
        {
            Description = "Where to listen; also ASPNETCORE_URLS. Use http://0.0.0.0:8080 to be reached from elsewhere",
            HelpName = "URL",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("ASPNETCORE_URLS") ?? "http://localhost:8080",
        };
        var data = new Option<string>("--data") { Description = "Where state is kept; the same folder as the standalone host's", HelpName = "DIR", DefaultValueFactory = _ => "data" };
        var memory = new Option<bool>("--memory") { Description = "Keep nothing: state lives in a temporary folder that goes with the process" };
        var command = new RootCommand("OrleansMarket as a silo: alone, or one of a cluster (Cluster__Redis).") { source, speed, urls, data, memory };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var listen = parsed.GetRequiredValue(urls);
            if (ListenUrls.FindWrong(listen) is { } wrong)
            {
                throw new MarketStartException($"--urls: expected addresses such as http://localhost:8080, found '{wrong}'");
            }

            var settings = new SiloSettings(
                SourceSettings.Parse(parsed.GetRequiredValue(source), parsed.GetRequiredValue(speed), parsed.GetRequiredValue(data)), listen, parsed.GetValue(memory));
            await SiloHost.RunAsync(settings, parsed.InvocationConfiguration.Output, cancellationToken);
            return Ok;
        });
        command.Subcommands.Add(HealthCheckCommand.Create(TimeProvider.System));
        command.Subcommands.Add(ImportCommand.Create());
        return command;
    }
}
