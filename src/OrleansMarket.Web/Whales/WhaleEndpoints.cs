using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using OrleansMarket.Domain.Market;
using OrleansMarket.Web.Api;
using OrleansMarket.Web.OpenApi;

namespace OrleansMarket.Web.Whales;

/// <summary>Serves whale sweeps.</summary>
internal static class WhaleEndpoints
{
    private const int StandardLimit = 100;
    private const int MaxLimit = 1_000;

    public static void MapWhales(this IEndpointRouteBuilder routes) => routes
        .MapGet("/whales", GetAsync)
        .Describe("getWhales", "Market", "Whale sweeps",
            "Large taker orders, newest first. The exchange does not publish order ids: a sweep (contiguous trades of one side at one time) is an estimate of one order.")
        .WithQuery(
            QueryParameter.Symbol(required: false, "Only this pair; all when absent."),
            QueryParameter.From("Earliest trade time."),
            QueryParameter.To("Latest trade time."),
            new("minNotional", "Smallest notional: USD where a rate is known, else quote units.", new() { Type = JsonSchemaType.Number, Minimum = "0" }, "1000"),
            QueryParameter.Limit(StandardLimit, MaxLimit),
            QueryParameter.Before(),
            QueryParameter.Numbers())
        .Produces<WhalesResponse>()
        .WithResponseExample(ResponseExamples.Whales)
        .MayFail(404);

    private static async Task<IResult> GetAsync(HttpContext context, IMarket market, CancellationToken cancellationToken)
    {
        var query = ApiQuery.Read(context);
        var symbol = query.Symbol();
        var (from, to) = query.Range();
        var minNotional = query.Amount("minNotional");
        var limit = query.Limit(StandardLimit, MaxLimit);
        var before = query.Text("before");
        if (query.IsWrong(out var problem) || (problem = await FollowedSymbols.RequireAsync(market, symbol, cancellationToken)) is not null)
        {
            return problem;
        }

        WhalePage page;
        try
        {
            page = await market.GetWhalesAsync(new(symbol, from, to, minNotional, limit, before), cancellationToken);
        }
        catch (FormatException) when (before is not null)
        {
            // What a cursor looks like only its store knows.
            return Problems.InvalidCursor("before", before);
        }

        return ApiResult.Data(context, new WhalesResponse
        {
            Source = market.Source,
            Whales = page.Whales,
            Next = page.Next,
        });
    }
}
