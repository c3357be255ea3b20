using System.Net;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit.Web;

namespace OrleansMarket.Web.Tests.Prices;

public class PriceTests
{
    [Fact]
    public async Task Prices_AreInTheOrderAskedFor_EachWithRuleAgeAndEverySource()
    {
        await using var web = await WebFixture.StartAsync();
        var prices = (await web.GetAsync("/api/prices?assets=eth,BTC,BTC"))["prices"]!.AsArray();
        Assert.Equal(["ETH", "BTC"], prices.Select(price => (string)price!["asset"]!));
        var btc = prices[1]!;
        Assert.Equal(("consensus", "agreed", true), ((string)btc["rule"]!, (string)btc["quality"]!, (bool)btc["isValid"]!));
        Assert.Equal("kraken", (string)btc["usdtRate"]!["source"]!);
        Assert.Equal(0, (long)btc["ageMs"]!);
        var okx = btc["quotes"]!.AsArray().Single(quote => (string)quote!["source"]! == "okx")!;
        Assert.Equal(("no-price", "HTTP 451: not offered here"), ((string)okx["excluded"]!, (string)okx["reason"]!));
    }

    [Fact]
    public async Task Prices_WithoutAssets_AreThoseOfTheConfiguration()
    {
        await using var web = await WebFixture.StartAsync();
        var prices = (await web.GetAsync("/api/prices"))["prices"]!.AsArray();
        Assert.Equal(["BTC", "ETH", "SOL", "ADA"], prices.Select(price => (string)price!["asset"]!));
    }

    [Fact]
    public async Task ASingleSource_AndNone_AreSaidPlainly()
    {
        await using var web = await WebFixture.StartAsync();
        var sol = (await web.GetAsync("/api/prices/sol"))["price"]!;
        Assert.Equal(("single-source", "exchange", "kraken"), ((string)sol["quality"]!, (string)sol["rule"]!, (string)sol["source"]!));
        Assert.StartsWith("single source: only kraken", (string)sol["note"]!, StringComparison.Ordinal);
        Assert.Null(sol["isValid"]);
        Assert.Null(sol["recommendedPrice"]);

        var ada = (await web.GetAsync("/api/prices/ADA"))["price"]!;
        Assert.Equal(("missing", "none", true), ((string)ada["quality"]!, (string)ada["rule"]!, (bool)ada["isStale"]!));
        Assert.Null(ada["price"]);
    }

    [Fact]
    public async Task BtcPrice_HasWhatTheWidgetShows_AndSaysWhenItIsOld()
    {
        await using var web = await WebFixture.StartAsync();
        var fresh = await web.GetAsync("/api/btc-price");
        Assert.Equal((87.5, 1.25, 1_234.5m), ((double)fresh["latencyMs"]!, (double)fresh["change24hPercent"]!, (decimal)fresh["volume24h"]!));
        Assert.False((bool)fresh["isStale"]!);
        Assert.Equal("binance", (string)fresh["source24h"]!);

        web.Clock.Advance(TimeSpan.FromSeconds(90));
        var old = await web.GetAsync("/api/btc-price");
        Assert.Equal((true, 90_000, "last-known"), ((bool)old["isStale"]!, (long)old["ageMs"]!, (string)old["rule"]!));
        Assert.Equal((decimal)fresh["price"]!, (decimal)old["price"]!);
        Assert.Null(old["change24hPercent"]);
        Assert.Null(old["source24h"]);
    }

    [Theory]
    [InlineData(FeedKind.Live, true)]
    [InlineData(FeedKind.Simulated, false)]
    [InlineData(FeedKind.Replay, false)]
    public async Task Quality_CallsOurOwnTradesBinances_OnlyWhenTheyAre(FeedKind kind, bool isBinance)
    {
        await using var web = await WebFixture.StartAsync();
        web.Market.Source = new(kind, "source");
        web.Prices.Quote(FakePrices.Stream, "ADA", "USDT", 0.67m);
        var ada = (await web.GetAsync("/api/quality"))["assets"]!.AsArray().Single(line => (string)line!["symbol"]! == "ADA")!;
        Assert.Equal(isBinance, ada["binance_price"] is not null);
        Assert.NotNull(ada["prices"]!["stream"]);
    }

    [Fact]
    public async Task Quality_GivesARecommendedPriceOnlyWhenSourcesAgree()
    {
        await using var web = await WebFixture.StartAsync();
        var btc = (await web.GetAsync("/api/quality"))["assets"]![0]!;
        Assert.True((bool)btc["is_valid"]!);
        Assert.Equal(61_820.50m * 1.0001m, (decimal)btc["binance_price"]!);
        Assert.NotNull(btc["recommended_price"]);
        Assert.Equal(["binance", "kraken"], btc["prices"]!.AsObject().Select(price => price.Key));
        web.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.All((await web.GetAsync("/api/quality"))["assets"]![0]!["ages_ms"]!.AsObject(), age => Assert.Equal(2_000, (long)age.Value!));

        web.Prices.Quote(FakePrices.Kraken, "BTC", PriceQuote.Usd, 60_000m);
        var body = await web.GetAsync("/api/quality");
        btc = body["assets"]![0]!;
        Assert.False((bool)btc["is_valid"]!);
        Assert.Null(btc["recommended_price"]);
        Assert.Equal(100 * (double)btc["deviation"]!, (double)btc["deviation_pct"]!, 9);
        Assert.Equal(0.01, (double)body["priceDeviationThreshold"]!);
        Assert.Equal("open", (string)body["sources"]![2]!["state"]!);
        Assert.Equal("prices", (string)body["caches"]![0]!["cache"]!);
    }

    [Theory]
    [InlineData("/api/prices?assets=BTC,B-TC")]
    [InlineData("/api/prices/B-TC")]
    [InlineData("/api/prices?asset=BTC")]
    [InlineData("/api/prices?assets=A1,A2,A3,A4,A5,A6,A7,A8,A9,A10,A11,A12,A13,A14,A15,A16,A17,A18,A19,A20,A21,A22,A23,A24,A25,A26,A27,A28,A29,A30,A31,A32,A33,A34,A35,A36,A37,A38,A39,A40,A41,A42,A43,A44,A45,A46,A47,A48,A49,A50,A51")]
    [InlineData("/jobs?limit=0")]
    public async Task RequestsThatCannotBeMeant_AreRefused(string path)
    {
        await using var web = await WebFixture.StartAsync();
        using var response = await web.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }
}
