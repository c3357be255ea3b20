using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansMarket.Web.Security;

/// <summary>Guards pages that have no lock of their own.</summary>
public static class KeyElsewhere
{
    /// <summary>Lets requests below a path pass from this machine, and from elsewhere only with the API key.</summary>
    public static IApplicationBuilder UseKeyElsewhere(this IApplicationBuilder app, string path) =>
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase),
            branch => branch.Use(async (context, next) =>
            {
                var isHere = context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);
                if (!isHere && context.RequestServices.GetRequiredService<KeyGate>().Check(context) is { } problem)
                {
                    await problem.ExecuteAsync(context);
                    return;
                }

                await next(context);
            }));
}
