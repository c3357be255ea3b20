using System.Net;
using OrleansMarket.Silo.Hosting;
using OrleansMarket.TestKit;

namespace OrleansMarket.Cluster.Tests.Hosting;

public sealed class HealthCheckCommandTests
{
    [Theory]
    [InlineData(HttpStatusCode.OK, 0)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 1)]
    public async Task Readiness_DecidesTheExitCode(HttpStatusCode status, int expected)
    {
        using var server = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort.Next()}/";
        server.Prefixes.Add(address);
        server.Start();
        var asked = server.GetContextAsync();
        using var error = new StringWriter();

        var run = SiloCommandLine.InvokeAsync(["healthcheck", "--url", address], TextWriter.Null, error);
        var context = await asked;
        context.Response.StatusCode = (int)status;
        context.Response.Close();

        Assert.Equal(expected, await run);
        Assert.Equal("/health/ready", context.Request.Url!.AbsolutePath);
        Assert.Equal(expected == 0, error.ToString().Length == 0);
    }

    [Fact]
    public async Task UnusableAddress_IsOneLine()
    {
        using var error = new StringWriter();

        Assert.Equal(2, await SiloCommandLine.InvokeAsync(["healthcheck", "--url", "nowhere"], TextWriter.Null, error));
        Assert.StartsWith("error: --url:", error.ToString(), StringComparison.Ordinal);
    }
}
