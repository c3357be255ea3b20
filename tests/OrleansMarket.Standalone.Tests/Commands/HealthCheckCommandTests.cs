using System.Collections.Concurrent;
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
        await using var server = new Answers(_ => status);

        // A slow machine is asked again before it is called unwell.
        string[] wait = expected == ExitCode.Ok ? ["--wait", "60"] : [];
        var run = await CommandRun.InvokeAsync(["healthcheck", "--url", server.Address, .. wait]);

        Assert.Equal(expected, run.ExitCode);
        Assert.Equal("/health/ready", server.Paths.First());
        Assert.Equal(expected == ExitCode.Ok, run.Error.Length == 0);
    }

    [Fact]
    public async Task Nobody_IsOneLine() =>
        (await CommandRun.InvokeAsync("healthcheck", "--url", $"http://127.0.0.1:{FreePort.Next()}")).ShouldFailWith(ExitCode.Mismatch, "/health/ready");

    [Fact]
    public async Task Wait_AsksUntilItIsWell()
    {
        await using var server = new Answers(request => request == 1 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);

        Assert.Equal(ExitCode.Ok, (await CommandRun.InvokeAsync("healthcheck", "--url", server.Address, "--wait", "60")).ExitCode);
        Assert.True(server.Paths.Count >= 2, "it asked again");
    }

    [Fact]
    public async Task UnusableWait_IsOneLine() =>
        (await CommandRun.InvokeAsync("healthcheck", "--wait", "4000")).ShouldFailWith(ExitCode.Unusable, "--wait");

    /// <summary>A server that answers every request, also of a client that has given one up.</summary>
    private sealed class Answers : IAsyncDisposable
    {
        private readonly HttpListener _server = new();
        private readonly Task _answering;

        public Answers(Func<int, HttpStatusCode> status)
        {
            Address = $"http://127.0.0.1:{FreePort.Next()}/";
            _server.Prefixes.Add(Address);
            _server.Start();
            _answering = AnswerAsync(status);
        }

        public string Address { get; }

        public ConcurrentQueue<string> Paths { get; } = [];

        public async ValueTask DisposeAsync()
        {
            _server.Close();
            await _answering;
        }

        private async Task AnswerAsync(Func<int, HttpStatusCode> status)
        {
            while (_server.IsListening)
            {
                try
                {
                    var context = await _server.GetContextAsync();
                    Paths.Enqueue(context.Request.Url!.AbsolutePath);
                    context.Response.StatusCode = (int)status(Paths.Count);
                    context.Response.Close();
                }
                catch (Exception gone) when (gone is HttpListenerException or ObjectDisposedException)
                {
                    // The client has gone, or the server stops.
                }
            }
        }
    }
}
