using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OrleansMarket.Web.Security;

namespace OrleansMarket.Web.Tests.Security;

public class KeyElsewhereTests
{
    [Theory]
    [InlineData("/dashboard/", "127.0.0.1", null, 200)]
    [InlineData("/dashboard/", "::1", null, 200)]
    [InlineData("/dashboard/", "::ffff:127.0.0.1", null, 200)]
    [InlineData("/dashboard/", "192.168.1.9", null, 401)]
    [InlineData("/Dashboard/DashboardCounters", "192.168.1.9", null, 401)]
    [InlineData("/dashboard/", "192.168.1.9", "wrong-key-0123456789abcdef", 401)]
    [InlineData("/dashboard/", "192.168.1.9", WebFixture.Key, 200)]
    [InlineData("/dashboard/", null, null, 401)]
    [InlineData("/symbols", "192.168.1.9", null, 200)]
    public async Task Path_IsOpenFromThisMachine_AndFromElsewhereWithTheKeyOnly(string path, string? from, string? key, int status)
    {
        await using var web = await WebFixture.StartAsync();
        var pipeline = new ApplicationBuilder(web.Services);
        pipeline.UseKeyElsewhere("/dashboard");
        pipeline.Run(inside =>
        {
            inside.Response.StatusCode = StatusCodes.Status200OK;
            return Task.CompletedTask;
        });
        var context = new DefaultHttpContext { RequestServices = web.Services };
        context.Request.Path = path;
        context.Connection.RemoteIpAddress = from is null ? null : IPAddress.Parse(from);
        if (key is not null)
        {
            context.Request.Headers["X-API-Key"] = key;
        }

        await pipeline.Build()(context);

        Assert.Equal(status, context.Response.StatusCode);
    }
}
