using System.CommandLine;
using OrleansMarket.Web.Health;

namespace OrleansMarket.Silo.Hosting;

/// <summary><c>healthcheck</c>: asks a running silo whether it is ready, for container engines.</summary>
internal static class HealthCheckCommand
{
    private const int NotReady = 1;

    public static Command Create(TimeProvider clock)
    {
        var url = new Option<string>("--url") { Description = "Where the silo listens", HelpName = "URL", DefaultValueFactory = _ => "http://localhost:8080" };
        var wait = new Option<int>("--wait") { Description = "For how many seconds to go on asking; 0 asks once", HelpName = "SECONDS" };
        var command = new Command("healthcheck", $"Ask a running silo whether it is ready; exit code {NotReady} when it is not.") { url, wait };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var address = parsed.GetRequiredValue(url);
            if (!Uri.TryCreate(address, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
            {
                throw new ArgumentException($"--url: expected an address such as http://localhost:8080, found '{address}'");
            }

            var trouble = await HealthProbe.AskAsync(new Uri(server, "/health/ready"), TimeSpan.FromSeconds(Math.Max(parsed.GetValue(wait), 0)), clock, cancellationToken);
            if (trouble is not null)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"error: {trouble}");
            }

            return trouble is null ? 0 : NotReady;
        });
        return command;
    }
}
