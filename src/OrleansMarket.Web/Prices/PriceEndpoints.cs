using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Web.Api;
using OrleansMarket.Web.OpenApi;

namespace OrleansMarket.Web.Prices;

/// <summary>Serves prices in USD and how far their sources agree.</summary>
internal static class PriceEndpoints
{
    private const string Tag = "Prices";
    private const string Bitcoin = "BTC";

    public static void MapPrices(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/prices", ListAsync)
            .Describe("getPrices", Tag, "Prices of assets",
                "Prices in USD, each with its rule, quality, source and age. USDT is converted by its measured rate (`usdtRate`; source `assumed` when nobody measured it). At least two fresh sources that agree are " +
                "a `consensus`; else the first of Binance, CoinGecko, other exchanges and the last known price decides, per asset. An asset nobody has asked for yet is asked of every source and answered within a second.")
            .WithQuery(
                new QueryParameter("assets", $"The assets, separated by commas, at most {IPrices.MostAssets}; those of the setting Prices:Assets when absent.", QueryParameter.Text(), "BTC,ETH"),
                QueryParameter.Numbers())
            .Produces<PricesResponse>()
            .WithResponseExample(ResponseExamples.Prices);
        routes.MapGet("/api/prices/{asset}", GetAsync)
            .Describe("getPrice", Tag, "Price of one asset", "Every source with its price, age, weight and, where it does not count, why.")
            .WithQuery(QueryParameter.Numbers())
            .Produces<PriceResponse>()
            .MayFail(400);
        routes.MapGet("/api/btc-price", GetBitcoinAsync)
            .Describe("getBtcPrice", Tag, "Price of bitcoin", "What a price widget shows. Also on `/stream` as `price`, for every watched asset.")
            .WithQuery(QueryParameter.Numbers())
            .Produces<BtcPriceResponse>();
        routes.MapGet("/api/quality", GetQualityAsync)
            .Describe("getQuality", Tag, "Quality of prices",
                "Per watched asset how far its sources differ, whether that is within the threshold, and the price to act on (only when it is); then how sources and caches do. The lines under `assets` are in snake case.")
            .WithQuery(QueryParameter.Numbers())
            .Produces<QualityResponse>();
    }

    private static async Task<IResult> ListAsync(HttpContext context, IPrices prices, IMarket market, TimeProvider clock, CancellationToken cancellationToken)
    {
        var query = ApiQuery.Read(context);
        var assets = query.Assets("assets");
        if (query.IsWrong(out var problem))
        {
            return problem;
        }

        var found = await prices.GetAsync(assets.Count == 0 ? prices.Assets : assets, cancellationToken);
        return ApiResult.Data(context, new PricesResponse { Source = market.Source, AsOf = clock.GetUtcNow(), Prices = found });
    }

    private static async Task<IResult> GetAsync(
        [Description("The asset, in any case.")] string asset,
        HttpContext context, IPrices prices, IMarket market, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!AssetName.IsPlausible(asset))
        {
            return Problems.Invalid("asset", $"expected an asset such as BTC, found '{asset}'");
        }

        var found = await prices.GetAsync([AssetName.Normalise(asset)], cancellationToken);
        return ApiResult.Data(context, new PriceResponse { Source = market.Source, AsOf = clock.GetUtcNow(), Price = found[0] });
    }

    private static async Task<IResult> GetBitcoinAsync(HttpContext context, IPrices prices, IMarket market, CancellationToken cancellationToken)
    {
        var found = await prices.GetAsync([Bitcoin], cancellationToken);
        return ApiResult.Data(context, BtcPriceResponse.From(found[0], market.Source));
    }

    private static async Task<IResult> GetQualityAsync(HttpContext context, IPrices prices, IMarket market, TimeProvider clock, CancellationToken cancellationToken)
    {
        var found = await prices.GetAsync(prices.Assets, cancellationToken);
        var status = await prices.DescribeAsync(cancellationToken);
        var feed = market.Source;
        return ApiResult.Data(context, new QualityResponse
        {
            Source = feed,
            AsOf = clock.GetUtcNow(),
            PriceDeviationThreshold = status.Threshold,
            Assets = [.. found.Select(price => AssetQuality.From(price, feed))],
            Sources = status.Sources,
            Caches = status.Caches,
            Silent = status.Silent,
        });
    }
}
