using System.CommandLine;
using OrleansMarket.Feeds.Sources;
using OrleansMarket.Standalone.Serving;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Standalone.Commands;

/// <summary><c>serve</c>, the default: page, API, alerts and storage around a source of trades.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var options = new ServeOptions("Where state is kept");
        var command = new Command("serve", "Run the product: live page, API and alerts. This is what runs without a command.").WithExamples(
            "serve",
            "serve --source simulator --urls http://localhost:9000",
            "serve --source btcusdt_20240808.gz --speed 10x --data /tmp/replay",
            "serve --source live --data /var/lib/orleans-market");
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var source = SourceSettings.Parse(
                parsed.GetRequiredValue(options.Source), parsed.GetRequiredValue(options.Speed), parsed.GetRequiredValue(options.Data));
            await ServeHost.RunAsync(new ServeSettings(source, parsed.GetRequiredValue(options.Urls)), parsed.InvocationConfiguration.Output, cancellationToken);
            return ExitCode.Ok;
        });
        return command;
    }
}
