using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Web.Api;

namespace OrleansMarket.Web.Jobs;

/// <summary>Serves the last runs of periodic jobs.</summary>
internal static class JobEndpoints
{
    private const int StandardLimit = 10;
    private const int MaxLimit = 100;

    public static void MapJobs(this IEndpointRouteBuilder routes) => routes
        .MapGet("/jobs", GetAsync)
        .Describe("getJobs", "Data quality", "Periodic jobs", "Every periodic job with its last runs, newest first: when, how long, and what went wrong. In a cluster those of every silo, `server` says which.")
        .WithQuery(new QueryParameter("limit", $"At most this many runs of each job, 1 to {MaxLimit}.", QueryParameter.Limit(StandardLimit, MaxLimit).Schema, "10"))
        .Produces<JobsResponse>();

    private static async Task<IResult> GetAsync(HttpContext context, IJobs jobs, TimeProvider clock, CancellationToken cancellationToken)
    {
        var query = ApiQuery.Read(context);
        var limit = query.Limit(StandardLimit, MaxLimit);
        if (query.IsWrong(out var problem))
        {
            return problem;
        }

        var view = await jobs.DescribeAsync(limit, cancellationToken);
        return ApiResult.Data(context, new JobsResponse { AsOf = clock.GetUtcNow(), Jobs = [.. view.Jobs.Select(JobHistory.From)], Silent = view.Silent });
    }
}
