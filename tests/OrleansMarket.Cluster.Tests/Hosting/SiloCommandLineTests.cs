using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using OrleansMarket.Silo.Hosting;
using OrleansMarket.TestKit;

namespace OrleansMarket.Cluster.Tests.Hosting;

public sealed class SiloCommandLineTests
{
    [Theory]
    [InlineData(HttpStatusCode.OK, "60", 0)] // asked again where this process answers late
    [InlineData(HttpStatusCode.ServiceUnavailable, "0", 1)]
    public async Task HealthCheck_AnswersByReadiness(HttpStatusCode status, string wait, int expected)
    {
        using var server = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort.Next()}/";
        server.Prefixes.Add(address);
        server.Start();
        var asked = new ConcurrentQueue<string>();
        var serving = ServeAsync();
        using var error = new StringWriter();

        Assert.Equal(expected, await SiloCommandLine.InvokeAsync(["healthcheck", "--url", address, "--wait", wait], TextWriter.Null, error));
        Assert.All(asked, path => Assert.Equal("/health/ready", path));
        Assert.NotEmpty(asked);
        Assert.Equal(expected == 0, error.ToString().Length == 0);
        server.Stop();
        await serving;

        async Task ServeAsync()
        {
            while (server.IsListening)
            {
                try
                {
                    var context = await server.GetContextAsync();
                    asked.Enqueue(context.Request.Url!.AbsolutePath);
                    context.Response.StatusCode = (int)status;
                    context.Response.Close();
                }
                catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
                {
                    // The test is over, or who asked did not wait.
                }
            }
        }
    }

    [Theory]
    [InlineData("error: --url: expected an address such as http://localhost:8080, found 'nowhere'; see 'OrleansMarket.Silo healthcheck --help'", "healthcheck", "--url", "nowhere")]
    [InlineData("error: --wait: expected 0 to 3600 seconds, found '-1'; see 'OrleansMarket.Silo healthcheck --help'", "healthcheck", "--wait", "-1")]
    [InlineData("error: Unrecognized command or argument '--sauce'; see 'OrleansMarket.Silo --help'", "serve", "--sauce")]
    [InlineData("error: --urls: expected addresses such as http://localhost:8080, found 'nowhere'", "--urls", "nowhere")]
    public async Task UnusableArgument_IsOneLine(string line, params string[] args)
    {
        using var error = new StringWriter();

        Assert.Equal(2, await SiloCommandLine.InvokeAsync(args, TextWriter.Null, error));
        Assert.Equal(line, error.ToString().TrimEnd());
    }

    [Fact]
    public Task MissingFolderOfSecrets_IsOneLine() =>
        EndsWithOneLineAsync(new Dictionary<string, string> { ["SECRETS_DIR"] = "/there/is/none" }, $"http://127.0.0.1:{FreePort.Next()}", "SECRETS_DIR");

    [Fact]
    public async Task PortInUse_IsOneLine()
    {
        using var taken = new TcpListener(IPAddress.Loopback, FreePort.Next());
        taken.Start();

        await EndsWithOneLineAsync([], $"http://{taken.LocalEndpoint}", $"{taken.LocalEndpoint}");
    }

    private static async Task EndsWithOneLineAsync(Dictionary<string, string> settings, string url, string naming)
    {
        using var data = new TemporaryFolder();

        var (code, _, error) = await SiloProcesses.RunAsync(settings, "--source", "simulator", "--data", data.Path, "--urls", url);

        Assert.Equal(2, code);
        Assert.Contains(naming, Assert.Single(error.Split('\n'), line => line.StartsWith("error:", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }
}
