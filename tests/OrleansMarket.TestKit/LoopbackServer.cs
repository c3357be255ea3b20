using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansMarket.TestKit;

/// <summary>What the fakes that answer over HTTP have in common.</summary>
internal static class LoopbackServer
{
    /// <summary>A server on free ports of this machine that logs nothing, not yet started.</summary>
    /// <param name="ports">On how many ports it listens.</param>
    public static WebApplication Build(int ports = 1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            for (var port = 0; port < ports; port++)
            {
                kestrel.Listen(IPAddress.Loopback, 0);
            }
        });
        return builder.Build();
    }

    /// <summary>Gives no answer until the client has enough or the server stops, then cuts the connection.</summary>
    /// <param name="context">The request.</param>
    /// <param name="stop">The server stops.</param>
    public static async Task HangAsync(HttpContext context, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stop);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Abort();
    }
}
