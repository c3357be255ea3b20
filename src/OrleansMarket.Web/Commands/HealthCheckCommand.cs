using System.CommandLine;
using OrleansMarket.Web.Health;

namespace OrleansMarket.Web.Commands;

/// <summary><c>healthcheck</c>: asks a running host whether it is ready, for container engines.</summary>
public static class HealthCheckCommand
{
    private const int LongestWait = 3_600;
    private const int MostSilos = 1_000;

    /// <summary>Builds the command.</summary>
    /// <param name="clock">Measures how long is waited.</param>
    public static Command Create(TimeProvider clock)
    {
        var url = ServerUrl.Create();
        var wait = new Option<int>("--wait") { Description = $"For how many seconds to go on asking, 0 to {LongestWait}; 0 asks once", HelpName = "SECONDS" }.Within(0, LongestWait, "seconds");
        var silos = new Option<int>("--silos") { Description = $"Ask each address that the name in --url stands for, and expect so many at least, 0 to {MostSilos}; 0 asks one", HelpName = "NUMBER" }.Within(0, MostSilos, "silos");
        var command = new Command("healthcheck", $"Ask a running host whether it is ready; exit code {ExitCode.Mismatch} when it is not.") { url, wait, silos }.WithExamples(
            "healthcheck",
            "healthcheck --url http://localhost:9000 --wait 60",
            "healthcheck --url http://orleans-market-silos:8080 --silos 3");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (asked, patience) = (new Uri(parsed.GetRequiredValue(url), "/health/ready"), TimeSpan.FromSeconds(parsed.GetValue(wait)));
            var trouble = await (parsed.GetValue(silos) is > 0 and var least
                ? HealthProbe.AskEachAsync(asked, least, patience, clock, cancellationToken)
                : HealthProbe.AskAsync(asked, patience, clock, cancellationToken)).ConfigureAwait(false);
            if (trouble is not null)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"error: {trouble}").ConfigureAwait(false);
            }

            return trouble is null ? ExitCode.Ok : ExitCode.Mismatch;
        });
        return command;
    }
}
