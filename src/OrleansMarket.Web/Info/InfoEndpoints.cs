using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Web.Api;
using OrleansMarket.Web.Page;

namespace OrleansMarket.Web.Info;

/// <summary>Serves the root: the page to browsers, information about the API to programs.</summary>
internal static class InfoEndpoints
{
    private static readonly string Version = typeof(InfoEndpoints).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    private static readonly Dictionary<string, string> Links = new()
    {
        ["page"] = "/",
        ["docs"] = "/docs",
        ["openapi"] = "/openapi/v1.json",
        ["health"] = "/health",
        ["metrics"] = "/metrics",
        ["symbols"] = "/symbols",
        ["candles"] = "/candles?symbol=BTCUSDT&interval=1m",
        ["trades"] = "/trades?symbol=BTCUSDT",
        ["whales"] = "/whales",
        ["market"] = "/market/BTCUSDT",
        ["alerts"] = "/alerts",
        ["alertRules"] = "/alerts/rules",
        ["silences"] = "/alerts/silences",
        ["gaps"] = "/gaps",
        ["deadLetters"] = "/dead-letters",
        ["pipeline"] = "/pipeline",
        ["prices"] = "/api/prices",
        ["btcPrice"] = "/api/btc-price",
        ["quality"] = "/api/quality",
        ["portfolios"] = "/api/portfolio",
        ["realtime"] = "/realtime",
        ["jobs"] = "/jobs",
        ["stream"] = "/stream",
    };

    public static void MapInfo(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", GetAsync)
            .Describe("getInfo", "Information", "Information about this server", "Programs get this; a browser (Accept: text/html) gets the live page.")
            .Produces<InfoResponse>();
        routes.MapMethods("/", [HttpMethods.Head], GetAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> GetAsync(HttpContext context, PageFiles files, IMarket market, CancellationToken cancellationToken)
    {
        context.Response.Headers.Append("Vary", "Accept");
        if (context.Request.Headers.Accept.Any(accept => accept?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true))
        {
            return files.Serve("index.html");
        }

        return ApiResult.Data(context, new InfoResponse
        {
            Name = "OrleansMarket",
            Version = Version,
            Source = market.Source,
            Links = Links,
        });
    }
}

/// <summary>What this server is.</summary>
public sealed record InfoResponse
{
    /// <summary>Gets the product's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the product's version.</summary>
    public required string Version { get; init; }

    /// <summary>Gets what feeds it: live, simulated or a replay.</summary>
    public required FeedSource Source { get; init; }

    /// <summary>Gets where to look, by name.</summary>
    public required IReadOnlyDictionary<string, string> Links { get; init; }
}
