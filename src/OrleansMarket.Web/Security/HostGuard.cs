using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansMarket.Web.Api;

namespace OrleansMarket.Web.Security;

/// <summary>
/// Refuses names that are not this server's: a foreign page can make a name of its own point here (DNS rebinding) and would then count
/// as the same origin. Addresses, local names and names inside a cluster cannot be had by strangers; others are set with <c>ALLOWED_HOSTS</c> (the framework's own <c>AllowedHosts</c> would shut out probes by address).
/// </summary>
internal sealed class HostGuard(IOptions<MarketWebOptions> options)
{
    private static readonly string[] PrivateEndings = [".localhost", ".local", ".internal", ".lan", ".home.arpa", ".svc", ".svc.cluster.local"];

    private readonly string[] _allowed = options.Value.AllowedHosts?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    public bool Allows(HostString host)
    {
        var name = host.Host.TrimEnd('.');
        return name.Length == 0
            || IPAddress.TryParse(name, out _)
            || !name.Contains('.')
            || PrivateEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            || _allowed.Any(allowed => allowed == "*"
                || string.Equals(allowed, name, StringComparison.OrdinalIgnoreCase)
                || (allowed.StartsWith("*.", StringComparison.Ordinal) && name.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase)));
    }
}

/// <summary>Puts the guard before everything else.</summary>
internal static class HostGuardMiddleware
{
    public static void UseHostGuard(this IApplicationBuilder app)
    {
        var guard = app.ApplicationServices.GetRequiredService<HostGuard>();
        app.Use((context, next) => guard.Allows(context.Request.Host) || context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
            ? next(context)
            : Problems.WrongHost(context.Request.Host.Host).ExecuteAsync(context));
    }
}
