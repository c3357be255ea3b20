using System.CommandLine;
using OrleansMarket.Web.Health;

namespace OrleansMarket.Web.Commands;

/// <summary><c>healthcheck</c>: asks a running host whether it is ready, for container engines.</summary>
public static class HealthCheckCommand
{
    private const int LongestWait = 3_600;

    /// <summary>Builds the command.</summary>
    /// <param name="clock">Measures how long is waited.</param>
    public static Command Create(TimeProvider clock)
    {
        var url = ServerUrl.Create();
        var wait = new Option<int>("--wait") { Description = $"For how many seconds to go on asking, 0 to {LongestWait}; 0 asks once", HelpName = "SECONDS" }.Within(0, LongestWait, "seconds");
        var command = new Command("healthcheck", $"Ask a running host whether it is ready; exit code {ExitCode.Mismatch} when it is not.") { url, wait }.WithExamples(
            "healthcheck",
            "healthcheck --url http://localhost:9000 --wait 60");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var trouble = await HealthProbe.AskAsync(
                new Uri(parsed.GetRequiredValue(url), "/health/ready"), TimeSpan.FromSeconds(parsed.GetValue(wait)), clock, cancellationToken).ConfigureAwait(false);
            if (trouble is not null)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"error: {trouble}").ConfigureAwait(false);
            }

            return trouble is null ? ExitCode.Ok : ExitCode.Mismatch;
        });
        return command;
    }
}
