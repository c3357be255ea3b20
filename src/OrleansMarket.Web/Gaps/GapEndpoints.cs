using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Web.Api;

namespace OrleansMarket.Web.Gaps;

/// <summary>Serves the gaps.</summary>
internal static class GapEndpoints
{
    public static void MapGaps(this IEndpointRouteBuilder routes) => routes
        .MapGet("/gaps", GetAsync)
        .Describe("getGaps", "Data quality", "Missing trades",
            "Trade ids are contiguous per symbol, so a hole is missing data. Newest first; an open gap says in `note` why it is still open.")
        .WithQuery(
            QueryParameter.Symbol(required: false, "Only this pair; all when absent."),
            QueryParameter.OneOf("state", "Only gaps in this state; all when absent.", WireName.All<GapState>()))
        .Produces<GapsResponse>()
        .MayFail(404);

    private static async Task<IResult> GetAsync(HttpContext context, IMarket market, CancellationToken cancellationToken)
    {
        var query = ApiQuery.Read(context);
        var symbol = query.Symbol();
        var state = query.OneOf<GapState>("state");
        if (query.IsWrong(out var problem) || (problem = await FollowedSymbols.RequireAsync(market, symbol, cancellationToken)) is not null)
        {
            return problem;
        }

        var gaps = (await market.GetGapsAsync(symbol, cancellationToken)).Where(gap => state is null || gap.State == state).ToList();
        var open = gaps.Where(gap => gap.State == GapState.Open).ToList();
        return ApiResult.Data(context, new GapsResponse { Gaps = gaps, Open = open.Count, MissingIds = open.Sum(gap => gap.Missing) });
    }
}
