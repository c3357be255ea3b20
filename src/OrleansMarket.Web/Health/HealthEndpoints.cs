using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using OrleansMarket.Domain.Market;
using OrleansMarket.Web.Api;
using OrleansMarket.Web.OpenApi;

namespace OrleansMarket.Web.Health;

/// <summary>Serves health and probes.</summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(2);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", GetAsync)
            .Describe("getHealth", "Health", "Health of the data",
                "Always 200 with the status in the body, so that a monitor can tell degraded data from a dead server; with `strict` anything but ok is 503. " +
                "Degraded when data is stale by the symbol's own rate of trades (a quiet market is not), a gap stays open, or a store or output fails; `reasons` say which.")
            .WithQuery(new QueryParameter("strict", "Answer 503 unless the status is ok.", new() { Type = JsonSchemaType.Boolean }))
            .Produces<HealthResponse>()
            .WithResponseExample(ResponseExamples.Health)
            .Produces<HealthResponse>(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/health/live", (HttpContext context) => ApiResult.Data(context, new ProbeResponse("ok", null)))
            .Describe("getLiveness", "Health", "Liveness probe", "Answers as long as the process serves requests, whatever the data does.")
            .WithQuery()
            .Produces<ProbeResponse>();
        routes.MapGet("/health/ready", ReadyAsync)
            .Describe("getReadiness", "Health", "Readiness probe",
                "Ready once the market answers within 2 s and has seen a trade, or has tried its source and can say why there is none: degraded data is served, not hidden.")
            .WithQuery()
            .Produces<ProbeResponse>()
            .Produces<ProbeResponse>(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> GetAsync(HttpContext context, IMarket market, CancellationToken cancellationToken)
    {
        var strict = ApiQuery.Read(context).Flag("strict");
        var health = await market.GetHealthAsync(cancellationToken);
        return ApiResult.Data(
            context, HealthResponse.From(health),
            strict && health.Status != HealthStatus.Ok ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private static async Task<IResult> ReadyAsync(HttpContext context, IMarket market, TimeProvider clock, CancellationToken cancellationToken)
    {
        var reason = await FindObstacleAsync(market, clock, cancellationToken);
        return ApiResult.Data(
            context, new ProbeResponse(reason is null ? "ok" : "not-ready", reason),
            reason is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<string?> FindObstacleAsync(IMarket market, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            var health = await market.GetHealthAsync(cancellationToken).WaitAsync(ProbePatience, clock, cancellationToken);
            return health.Status == HealthStatus.Starting && health.Feed.LastError is null ? "no trade yet" : null;
        }
        catch (TimeoutException)
        {
            return $"expected the market to answer within {ProbePatience.TotalSeconds:0} s, and it did not";
        }
    }
}
