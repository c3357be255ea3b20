using System.Globalization;
using OrleansMarket.TestKit.Web;

namespace OrleansMarket.Web.Tests.Api;

public class MarketTests
{
    [Fact]
    public async Task Candles_FromIsInTheRangeAndToIsNot()
    {
        await using var web = await WebFixture.StartAsync();
        var page = await web.GetAsync("/candles?symbol=btcusdt&from=2026-01-15T11:00:00Z&to=1768475220");
        Assert.Equal(["2026-01-15T11:00:00Z", "2026-01-15T11:01:00Z", "2026-01-15T11:02:00Z", "2026-01-15T11:03:00Z", "2026-01-15T11:04:00Z", "2026-01-15T11:05:00Z", "2026-01-15T11:06:00Z"],
            page["candles"]!.AsArray().Select(candle => candle!["openTime"]!.GetValue<string>()));
        Assert.Equal("BTCUSDT", page["symbol"]!.GetValue<string>());
    }

    [Fact]
    public async Task Candles_PagesJoinWithoutHoleOrOverlap()
    {
        await using var web = await WebFixture.StartAsync();
        var whole = await web.GetAsync("/candles?symbol=BTCUSDT&from=2026-01-15T11:00:00Z&to=2026-01-15T11:30:00Z");
        List<string> paged = [];
        for (string? from = "2026-01-15T11:00:00Z"; from is not null;)
        {
            var page = await web.GetAsync($"/candles?symbol=BTCUSDT&from={from}&to=2026-01-15T11:30:00Z&limit=7");
            paged.AddRange(page["candles"]!.AsArray().Select(candle => candle!.ToJsonString()));
            from = page["nextFrom"]?.GetValue<string>();
        }

        Assert.Equal(whole["candles"]!.AsArray().Select(candle => candle!.ToJsonString()), paged);
        Assert.Equal(30, paged.Count);
    }

    [Fact]
    public async Task Candles_WithoutAny_SayWhy()
    {
        await using var web = await WebFixture.StartAsync();
        var page = await web.GetAsync("/candles?symbol=BTCUSDT&from=2020-01-01&to=2020-01-02");
        Assert.Empty(page["candles"]!.AsArray());
        Assert.Contains("data begins at 2026-01-10", page["emptyBecause"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decimals_KeepAllTheirDigits_AsNumbersOrAsText()
    {
        await using var web = await WebFixture.StartAsync();
        const string query = "/candles?symbol=BTCUSDT&interval=1m&from=2026-01-15T11:59:00Z&to=2026-01-15T12:00:00Z";
        var expected = FakeTape.All[0].Price(new DateTimeOffset(2026, 1, 15, 11, 59, 0, TimeSpan.Zero)).ToString(CultureInfo.InvariantCulture);
        using var number = await web.Client.GetAsync(query);
        Assert.Contains($"\"open\":{expected},", await number.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var text = await web.Client.GetAsync(query + "&numbers=string");
        Assert.Contains($"\"open\":\"{expected}\",", await text.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Candles_ShowFlagsAndStatusByName()
    {
        await using var web = await WebFixture.StartAsync();
        var page = await web.GetAsync("/candles?symbol=BTCUSDT&limit=100");
        var candles = page["candles"]!.AsArray();
        Assert.Contains(candles, candle => candle!["flags"]!.ToJsonString() == "[\"repaired\"]" && candle["revision"]!.GetValue<int>() == 1);
        Assert.Equal("open", candles[^1]!["status"]!.GetValue<string>());
        Assert.Equal("verified", candles[0]!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Trades_PageById()
    {
        await using var web = await WebFixture.StartAsync();
        var first = await web.GetAsync("/trades?symbol=ETHUSDT&from=2026-01-15T11:59:59Z&to=2026-01-15T12:00:00Z&limit=10");
        Assert.Equal(10, first["trades"]!.AsArray().Count);
        var next = first["nextFromId"]!.GetValue<long>();
        Assert.Equal(first["trades"]![9]!["tradeId"]!.GetValue<long>() + 1, next);
        var second = await web.GetAsync($"/trades?symbol=ETHUSDT&fromId={next}&to=2026-01-15T12:00:00Z");
        Assert.Equal(5, second["trades"]!.AsArray().Count);
        Assert.Null(second["nextFromId"]);
    }

    [Fact]
    public async Task Whales_PageByCursorAndFilter()
    {
        await using var web = await WebFixture.StartAsync();
        var whole = await web.GetAsync("/whales?symbol=BTCUSDT&limit=20");
        var first = await web.GetAsync("/whales?symbol=BTCUSDT&limit=12");
        var second = await web.GetAsync($"/whales?symbol=BTCUSDT&limit=8&before={first["next"]}");
        Assert.Equal(
            whole["whales"]!.AsArray().Select(whale => whale!["firstId"]!.GetValue<long>()),
            first["whales"]!.AsArray().Concat(second["whales"]!.AsArray()).Select(whale => whale!["firstId"]!.GetValue<long>()));
        var large = await web.GetAsync("/whales?minNotional=400000.5");
        Assert.All(large["whales"]!.AsArray(), whale => Assert.True(whale!["notionalUsd"]!.GetValue<decimal>() >= 400_000.5m));
        Assert.NotEmpty(large["whales"]!.AsArray());
    }

    [Fact]
    public async Task Market_SaysWhyAFigureIsMissing()
    {
        await using var web = await WebFixture.StartAsync();
        var state = await web.GetAsync("/market/btcusdt");
        var ewma = state["market"]!["figures"]!["volatility"]!["ewma"]!;
        Assert.Null(ewma["value"]);
        Assert.Equal("not-enough-history", ewma["status"]!.GetValue<string>());
        Assert.Equal("undefined", state["market"]!["figures"]!["flow"]![2]!["buySellRatio"]!["status"]!.GetValue<string>());
        Assert.Equal("2026-01-15T12:00:00Z", state["market"]!["figures"]!["quoteUsdRate"]!["time"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("/symbols")]
    [InlineData("/candles?symbol=BTCUSDT&limit=1")]
    [InlineData("/trades?symbol=BTCUSDT&limit=1")]
    [InlineData("/whales?limit=1")]
    [InlineData("/market/BTCUSDT")]
    [InlineData("/alerts?limit=1")]
    [InlineData("/")]
    public async Task EveryAnswerWithPrices_SaysThatTheyAreSimulated(string path)
    {
        await using var web = await WebFixture.StartAsync();
        web.Market.Source = new(Domain.Trades.FeedKind.Simulated, "built-in simulator");
        var body = await web.GetAsync(path);
        Assert.Equal("simulated", body["source"]!["kind"]!.GetValue<string>());
    }

    [Fact]
    public async Task Gaps_CountThoseOpen()
    {
        await using var web = await WebFixture.StartAsync();
        web.Market.HasOpenGap = true;
        var all = await web.GetAsync("/gaps");
        Assert.Equal(2, all["gaps"]!.AsArray().Count);
        Assert.Equal(182, all["missingIds"]!.GetValue<long>());
        var repaired = await web.GetAsync("/gaps?state=repaired&symbol=ethusdt");
        Assert.Equal(31, Assert.Single(repaired["gaps"]!.AsArray())!["missing"]!.GetValue<long>());
    }
}
