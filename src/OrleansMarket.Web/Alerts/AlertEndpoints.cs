using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Market;
using OrleansMarket.Web.Api;

namespace OrleansMarket.Web.Alerts;

/// <summary>Serves the alert log and resolves alerts by hand.</summary>
internal static class AlertEndpoints
{
    private const int StandardLimit = 100;
    private const int MaxLimit = 1_000;

    public static void MapAlerts(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/alerts", GetAsync)
            .Describe("getAlerts", "Alerts", "Alert log",
                "Alerts, newest first, with what became of telling them: delivered, contained in a group or digest, or suppressed and why.")
            .WithQuery(
                QueryParameter.Symbol(required: false, "Only this pair; all when absent."),
                QueryParameter.OneOf("state", "Only alerts in this state.", WireName.All<AlertState>()),
                new("rule", "Only alerts of this rule.", QueryParameter.Text()),
                QueryParameter.Limit(StandardLimit, MaxLimit),
                QueryParameter.Before(),
                QueryParameter.Numbers())
            .Produces<AlertsResponse>()
            .MayFail(404);

        // An alert's key is rule@version/symbol/start, so the key as it stands is the middle of the path.
        routes.MapPost("/alerts/{rule}/{symbol}/{start}/resolve", ResolvePartsAsync)
            .Describe("resolveAlert", "Alerts", "Resolve an alert by hand",
                "Ends a firing alert. The path is /alerts/{key}/resolve with the alert's key as it stands (`rule@version/symbol/start`); its slashes may also be escaped.")
            .WithQuery()
            .Produces(StatusCodes.Status204NoContent)
            .MayFail(404)
            .RequireKey();
        routes.MapPost("/alerts/{key}/resolve", (string key, IAlertDesk desk, CancellationToken cancellationToken) => ResolveAsync(Uri.UnescapeDataString(key), desk, cancellationToken))
            .ExcludeFromDescription()
            .WithQuery()
            .RequireKey();
    }

    private static async Task<IResult> GetAsync(HttpContext context, IAlertDesk desk, IMarket market, CancellationToken cancellationToken)
    {
        var query = ApiQuery.Read(context);
        var symbol = query.Symbol();
        var state = query.OneOf<AlertState>("state");
        var rule = query.Text("rule");
        var limit = query.Limit(StandardLimit, MaxLimit);
        var before = query.Text("before");
        if (before is not null && !AlertKey.TryParse(before, out _))
        {
            return Problems.InvalidCursor("before", before);
        }

        if (query.IsWrong(out var problem) || (problem = await FollowedSymbols.RequireAsync(market, symbol, cancellationToken)) is not null)
        {
            return problem;
        }

        var page = await desk.GetAlertsAsync(new(symbol, state, rule, limit, before), cancellationToken);
        return ApiResult.Data(context, new AlertsResponse { Source = market.Source, Alerts = page.Alerts, Next = page.Next });
    }

    private static Task<IResult> ResolvePartsAsync(
        [Description("Rule and version, as in the key (whale@3).")] string rule,
        [Description("The pair, as in the key.")] string symbol,
        [Description("The start, as in the key.")] string start,
        IAlertDesk desk, CancellationToken cancellationToken) =>
        ResolveAsync($"{rule}/{symbol}/{start}", desk, cancellationToken);

    private static async Task<IResult> ResolveAsync(string key, IAlertDesk desk, CancellationToken cancellationToken) =>
        await desk.ResolveAsync(key, cancellationToken)
            ? TypedResults.NoContent()
            : Problems.NotFound($"expected the key of a firing alert, found '{key}'", "GET /alerts?state=firing lists those that fire; it may have been resolved just now.");
}
