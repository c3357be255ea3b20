using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using OrleansMarket.Domain.Market;
using OrleansMarket.Web.Api;

namespace OrleansMarket.Web.Trades;

/// <summary>Serves raw trades.</summary>
internal static class TradeEndpoints
{
    private const int StandardLimit = 500;
    private const int MaxLimit = 5_000;

    public static void MapTrades(this IEndpointRouteBuilder routes) => routes
        .MapGet("/trades", GetAsync)
        .Describe("getTrades", "Market", "Raw trades by id or time",
            "Raw trades, oldest first, within the retention of the raw log (24 h by default): by id from `fromId` on, or by trade time in [from, to). " +
            "Page on with `fromId` = `nextFromId`. `isBuyerMaker` true means that the taker sold.")
        .WithQuery(
            QueryParameter.Symbol(),
            new("fromId", "First trade id, inclusive. Not together with `from`; with `to` the page ends there.", new() { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0" }),
            QueryParameter.From("First trade time."),
            QueryParameter.To("End of the range."),
            QueryParameter.Limit(StandardLimit, MaxLimit),
            QueryParameter.Numbers())
        .Produces<TradesResponse>()
        .MayFail(404);

    private static async Task<IResult> GetAsync(HttpContext context, IMarket market, CancellationToken cancellationToken)
    {
        var query = ApiQuery.Read(context);
        var symbol = query.Symbol();
        var fromId = query.Integer("fromId", 0, long.MaxValue);
        var (from, to) = query.Range();
        var limit = query.Limit(StandardLimit, MaxLimit);
        if (fromId is not null && from is not null)
        {
            query.Fail("fromId", "expected fromId or from, found both");
        }

        if (query.IsWrong(out var problem) || (problem = await FollowedSymbols.RequireAsync(market, symbol, cancellationToken)) is not null)
        {
            return problem;
        }

        var page = await market.GetTradesAsync(new(symbol!.Value, fromId, from, to, limit), cancellationToken);
        return ApiResult.Data(context, new TradesResponse
        {
            Symbol = symbol.Value,
            Source = market.Source,
            Trades = page.Trades,
            NextFromId = page.NextFromId,
            EmptyBecause = page.EmptyBecause,
        });
    }
}
