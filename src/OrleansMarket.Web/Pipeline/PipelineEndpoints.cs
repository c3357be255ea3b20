using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansMarket.Domain.Market;
using OrleansMarket.Web.Api;
using OrleansMarket.Web.Streaming;

namespace OrleansMarket.Web.Pipeline;

/// <summary>Serves the pipeline's state.</summary>
internal static class PipelineEndpoints
{
    public static void MapPipeline(this IEndpointRouteBuilder routes) => routes
        .MapGet("/pipeline", GetAsync)
        .Describe("getPipeline", "Data quality", "State of the pipeline",
            "Throughput, backlog, latency quantiles per stage over the last minute, connections, stores and outputs. A negative latency means that the clocks disagree.")
        .WithQuery()
        .Produces<PipelineResponse>();

    private static async Task<IResult> GetAsync(
        HttpContext context, IMarket market, StreamSlots streams, TimeProvider clock, CancellationToken cancellationToken) =>
        ApiResult.Data(context, new PipelineResponse
        {
            AsOf = clock.GetUtcNow(),
            Pipeline = await market.GetHealthAsync(cancellationToken),
            Streams = streams.Open,
            StreamLimit = streams.Limit,
        });
}
