using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Web.Api;
using OrleansMarket.Web.OpenApi;

namespace OrleansMarket.Web.Candles;

/// <summary>Serves candles.</summary>
internal static class CandleEndpoints
{
    private const int StandardLimit = 500;
    private const int MaxLimit = 5_000;

    public static void MapCandles(this IEndpointRouteBuilder routes) => routes
        .MapGet("/candles", GetAsync)
        .Describe("getCandles", "Market", "Candles by time",
            "Candles whose open time lies in [from, to), oldest first, the running one included. Without `from` the newest `limit` before `to`. " +
            "Page on with `from` = `nextFrom`. An empty answer says why in `emptyBecause`. A candle's `status` tells how final it is " +
            "(open, provisional, complete, verified against the exchange's own), its `flags` what else is to be known.")
        .WithQuery(
            QueryParameter.Symbol(),
            QueryParameter.OneOf("interval", "The window's length.", CandleInterval.Names, "1m", "1m"),
            QueryParameter.From("First open time."),
            QueryParameter.To("End of the range."),
            QueryParameter.Limit(StandardLimit, MaxLimit),
            QueryParameter.OneOf("fill", "What is done about windows without trades: `none` leaves them out, `previous` carries the last close with zero volume, never across a gap.", WireName.All<CandleFill>(), "none"),
            QueryParameter.Numbers())
        .Produces<CandlesResponse>()
        .WithResponseExample(ResponseExamples.Candles)
        .MayFail(404);

    private static async Task<IResult> GetAsync(HttpContext context, IMarket market, CancellationToken cancellationToken)
    {
        var query = ApiQuery.Read(context);
        var symbol = query.Symbol();
        var interval = CandleInterval.TryParse(query.Text("interval"), out var asked) ? asked : CandleInterval.OneMinute;
        var (from, to) = query.Range();
        var limit = query.Limit(StandardLimit, MaxLimit);
        var fill = query.OneOf<CandleFill>("fill") ?? CandleFill.None;
        if (query.IsWrong(out var problem) || (problem = await FollowedSymbols.RequireAsync(market, symbol, cancellationToken)) is not null)
        {
            return problem;
        }

        var page = await market.GetCandlesAsync(new(symbol!.Value, interval, from, to, limit, fill), cancellationToken);
        return ApiResult.Data(context, new CandlesResponse
        {
            Symbol = symbol.Value,
            Interval = interval.Name,
            Source = market.Source,
            Candles = page.Candles,
            NextFrom = page.NextFrom,
            EmptyBecause = page.EmptyBecause,
        });
    }
}
