using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Web.Api;

namespace OrleansMarket.Web.Symbols;

/// <summary>Serves the symbol table and the state of one symbol.</summary>
internal static class SymbolEndpoints
{
    public static void MapSymbols(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/symbols", ListAsync)
            .Describe("getSymbols", "Market", "Followed symbols", "Every followed symbol with its price and that price's age. `isStale` compares the age with the symbol's own rate of trades, so a quiet market is not stale.")
            .WithQuery(QueryParameter.Numbers())
            .Produces<SymbolsResponse>();
        routes.MapGet("/market/{symbol}", GetAsync)
            .Describe("getMarket", "Market", "State of one symbol", "All figures of one symbol. A figure without a value says why in its `status`; nothing is made up. Figures stand at `settledTo` and wait behind an open gap.")
            .WithQuery(QueryParameter.Numbers())
            .Produces<MarketResponse>()
            .MayFail(404);
    }

    private static async Task<IResult> ListAsync(HttpContext context, IMarket market, TimeProvider clock, CancellationToken cancellationToken) =>
        ApiResult.Data(context, new SymbolsResponse
        {
            Source = market.Source,
            AsOf = clock.GetUtcNow(),
            Symbols = await market.GetSymbolsAsync(cancellationToken),
        });

    private static async Task<IResult> GetAsync(
        [Description("The pair, in any case.")] string symbol,
        HttpContext context, IMarket market, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!Symbol.IsPlausible(symbol))
        {
            return Problems.Invalid("symbol", $"expected a symbol such as BTCUSDT, found '{symbol}'");
        }

        var state = await market.GetStateAsync(new Symbol(symbol), cancellationToken);
        return state is null
            ? FollowedSymbols.NotFollowed(new Symbol(symbol), await market.GetSymbolsAsync(cancellationToken))
            : ApiResult.Data(context, new MarketResponse { Source = market.Source, AsOf = clock.GetUtcNow(), Market = state });
    }
}
