using System.Net;
using OrleansMarket.TestKit;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Standalone.Tests.Commands;

public sealed class HealthCheckCommandTests
{
    [Theory]
    [InlineData(HttpStatusCode.OK, ExitCode.Ok)]
    [InlineData(HttpStatusCode.ServiceUnavailable, ExitCode.Mismatch)]
    public async Task Answer_DecidesTheExitCode(HttpStatusCode status, int expected)
    {
        using var server = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort.Next()}/";
        server.Prefixes.Add(address);
        server.Start();
        var answering = AnswerAsync(server, status);

        var run = await CommandRun.InvokeAsync("healthcheck", "--url", address);

        Assert.Equal(expected, run.ExitCode);
        Assert.Equal("/health/ready", await answering);
        Assert.Equal(expected == ExitCode.Ok, run.Error.Length == 0);
    }

    [Fact]
    public async Task Nobody_IsOneLine() =>
        (await CommandRun.InvokeAsync("healthcheck", "--url", $"http://127.0.0.1:{FreePort.Next()}")).ShouldFailWith(ExitCode.Mismatch, "/health/ready");

    [Fact]
    public async Task Wait_AsksUntilItIsWell()
    {
        using var server = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort.Next()}/";
        server.Prefixes.Add(address);
        server.Start();
        var answering = Task.Run(async () =>
        {
            await AnswerAsync(server, HttpStatusCode.ServiceUnavailable);
            await AnswerAsync(server, HttpStatusCode.OK);
        });

        Assert.Equal(ExitCode.Ok, (await CommandRun.InvokeAsync("healthcheck", "--url", address, "--wait", "60")).ExitCode);
        await answering;
    }

    [Fact]
    public async Task UnusableWait_IsOneLine() =>
        (await CommandRun.InvokeAsync("healthcheck", "--wait", "4000")).ShouldFailWith(ExitCode.Unusable, "--wait");

    private static async Task<string> AnswerAsync(HttpListener server, HttpStatusCode status)
    {
        var context = await server.GetContextAsync();
        context.Response.StatusCode = (int)status;
        context.Response.Close();
        return context.Request.Url!.AbsolutePath;
    }
}
