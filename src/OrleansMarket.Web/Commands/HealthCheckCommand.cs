using System.CommandLine;
using OrleansMarket.Web.Health;

namespace OrleansMarket.Web.Commands;

/// <summary><c>healthcheck</c>: asks a running host whether it is ready, for container engines.</summary>
public static class HealthCheckCommand
{
    private const int NotReady = 1;

    /// <summary>Builds the command.</summary>
    /// <param name="clock">The clock.</param>
    public static Command Create(TimeProvider clock)
    {
        var url = ServerUrl.Create();
        var wait = new Option<int>("--wait") { Description = "For how many seconds to go on asking, 0 to 3600; 0 asks once", HelpName = "SECONDS" };
        wait.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out var seconds) || seconds is < 0 or > 3_600))
            {
                result.AddError($"--wait: expected 0 to 3600 seconds, found '{result.Tokens[0].Value}'");
            }
        });
        var command = new Command("healthcheck", $"Ask a running host whether it is ready; exit code {NotReady} when it is not.") { url, wait };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var trouble = await HealthProbe.AskAsync(new Uri(parsed.GetRequiredValue(url), "/health/ready"), TimeSpan.FromSeconds(parsed.GetValue(wait)), clock, cancellationToken).ConfigureAwait(false);
            if (trouble is not null)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"error: {trouble}").ConfigureAwait(false);
            }

            return trouble is null ? 0 : NotReady;
        });
        return command;
    }
}
