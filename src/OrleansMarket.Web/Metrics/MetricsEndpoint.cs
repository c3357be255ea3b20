using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansMarket.Web.Api;

namespace OrleansMarket.Web.Metrics;

/// <summary>Serves metrics to Prometheus.</summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder routes) => routes
        .MapGet("/metrics", GetAsync)
        .Describe("getMetrics", "Health", "Metrics for Prometheus", "Prometheus' text format 0.0.4. docs/metrics.md says what each metric means and what to do when it rises.")
        .Produces<string>(StatusCodes.Status200OK, "text/plain");

    private static async Task<IResult> GetAsync(MarketInstruments instruments, PrometheusExporter exporter, CancellationToken cancellationToken)
    {
        await instruments.RefreshAsync(cancellationToken);
        return TypedResults.Text(exporter.Scrape(), PrometheusWriter.ContentType);
    }
}
