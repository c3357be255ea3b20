using System.CommandLine;
using OrleansMarket.Feeds.Sources;
using OrleansMarket.Standalone.Serving;
using OrleansMarket.Web;

namespace OrleansMarket.Standalone.Commands;

/// <summary><c>serve</c>, the default: page, API, alerts and storage around a source of trades.</summary>
internal static class ServeCommand
{
    public static Command Create()
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
        var data = new Option<string>("--data") { Description = "Where state is kept", HelpName = "DIR", DefaultValueFactory = _ => "data" };
        var command = new Command("serve", "Run the product: live page, API and alerts. This is what runs without a command.") { source, speed, urls, data }.WithExamples(
            "serve",
            "serve --source simulator --urls http://localhost:9000",
            "serve --source btcusdt_20240808.gz --speed 10x --data /tmp/replay",
            "serve --source live --data /var/lib/orleans-market");
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(source), parsed.GetRequiredValue(speed), parsed.GetRequiredValue(urls), parsed.GetRequiredValue(data),
            parsed.InvocationConfiguration.Output, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string source, string speed, string urls, string data, TextWriter output, CancellationToken cancellationToken)
    {
        if (ListenUrls.FindWrong(urls) is { } wrong)
        {
            throw new CommandException($"--urls: expected addresses such as http://localhost:8080, found '{wrong}'");
        }

        try
        {
            await ServeHost.RunAsync(new ServeSettings(SourceSettings.Parse(source, speed, data), urls), output, cancellationToken);
            return ExitCode.Ok;
        }
        catch (MarketStartException exception)
        {
            throw new CommandException(exception.Message);
        }
        catch (Microsoft.Extensions.Options.OptionsValidationException exception)
        {
            throw new CommandException($"settings: {string.Join("; ", exception.Failures)}");
        }
    }
}
