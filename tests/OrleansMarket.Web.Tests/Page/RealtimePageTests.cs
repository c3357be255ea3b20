using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Web;

namespace OrleansMarket.Web.Tests.Page;

/// <summary>The page /realtime in a real browser.</summary>
[Collection(BrowserCollection.Name)]
public class RealtimePageTests(Browser browser)
{
    private const string Path = "realtime";

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Widget_ShowsPriceTrendChangeVolumeLatencySourceAndAge_AndMoves()
    {
        await using var visit = await StartAsync();
        await visit.Expect("#btc-price").ToHaveTextAsync(new Regex(@"^\$61,8\d\d\.\d\d$"));
        await visit.Expect("#btc-arrow").ToHaveTextAsync("▲");
        await visit.Expect("#btc-change").ToHaveTextAsync(new Regex(@"^\+\$\d{3}\.\d\d \(\+1\.25\s%\)$"));
        await visit.Expect("#btc-volume").ToContainTextAsync("1,235 BTC");
        await visit.Expect("#btc-latency").ToHaveTextAsync("87.5 ms");
        await visit.Expect("#btc-source").ToHaveTextAsync(new Regex("binance|kraken"));
        await visit.Expect("#btc-age").ToHaveTextAsync(new Regex(@"^\d+(\.\d)? s old$"));
        await visit.Expect("#btc-quality").ToHaveTextAsync("agreed");
        var before = await visit.Page.Locator("#btc-price").TextContentAsync();
        await visit.Expect("#btc-price").Not.ToHaveTextAsync(before!);
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Table_HasALinePerAsset_WithSignedChangesAndSource()
    {
        await using var visit = await StartAsync();
        await visit.Expect("#price-rows tr").ToHaveCountAsync(4);
        Assert.Equal(["Symbol", "Price", "24h Change", "24h %", "Source"], await visit.Page.Locator("#prices thead th").AllTextContentsAsync());
        await visit.Expect("#price-rows tr[data-asset=ETH] .price").ToHaveTextAsync(new Regex(@"^\$3,0\d\d\.\d\d$"));
        await visit.Expect("#price-rows tr[data-asset=ETH] td >> nth=1").ToHaveTextAsync(new Regex(@"^−\$\d+\.\d\d$"));
        await visit.Expect("#price-rows tr[data-asset=ETH] td >> nth=2").ToHaveTextAsync("−2.50 %");
        await visit.Expect("#price-rows tr[data-asset=ADA] .age").ToHaveTextAsync("no price yet");
        await visit.Expect("#updated").ToHaveTextAsync(new Regex(@"^Last updated \d\d:\d\d:\d\d UTC$"));
        await visit.Expect("#link-text").ToHaveTextAsync("streaming");
        visit.ExpectNoComplaints();
    }

    /// <summary>The stream tells of every asset that somebody watches; the table is of those that the server is set to.</summary>
    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Table_HasOnlyItsOwnAssets_InTheirOrder()
    {
        await using var visit = await StartAsync();
        var usdt = (await visit.Prices.GetAsync(["USDT"], CancellationToken.None))[0];
        visit.Market.Publish(new Symbol("USDTUSD"), item => item with { Price = usdt });
        await ExpectMovementAsync(visit);
        Assert.Equal(["BTC", "ETH", "SOL", "ADA"], await visit.Page.Locator("#price-rows th").AllTextContentsAsync());
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task SingleSourceDisputedStaleAndMissingPrices_LookDifferent()
    {
        await using var visit = await StartAsync();
        await ExpectQualityAsync("BTC", "agreed");
        await ExpectQualityAsync("SOL", "single-source");
        await ExpectQualityAsync("ADA", "missing");
        Assert.Contains("none", await DecorationAsync("BTC"), StringComparison.Ordinal);
        Assert.Contains("dotted", await DecorationAsync("SOL"), StringComparison.Ordinal);

        visit.KrakenAhead = 8_000;
        await ExpectQualityAsync("BTC", "disputed");
        await visit.Expect("#holding-rows tr[data-asset=BTC]").ToHaveAttributeAsync("data-quality", "disputed");
        Assert.Contains("wavy", await DecorationAsync("BTC"), StringComparison.Ordinal);
        await visit.Expect("#btc-note").ToBeVisibleAsync();

        // Nobody says a price any more: after their time all of them are old.
        visit.PricesFlow = false;
        await ExpectQualityAsync("BTC", "stale");
        await visit.Expect("#price-rows tr[data-asset=BTC] .age").ToContainTextAsync("stale");
        Assert.Contains("line-through", await DecorationAsync("BTC"), StringComparison.Ordinal);
        await visit.Expect("#btc").ToHaveAttributeAsync("data-quality", "stale");
        Assert.Contains("line-through", await visit.Page.Locator("#btc-price").EvaluateAsync<string>("element => getComputedStyle(element).textDecoration"), StringComparison.Ordinal);
        visit.ExpectNoComplaints();

        Task ExpectQualityAsync(string asset, string quality) =>
            visit.Expect($"#price-rows tr[data-asset={asset}]").ToHaveAttributeAsync("data-quality", quality);

        Task<string> DecorationAsync(string asset) =>
            visit.Page.Locator($"#price-rows tr[data-asset={asset}] .price").EvaluateAsync<string>("element => getComputedStyle(element).textDecoration");
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Quality_ShowsDeviationValidityAndRecommendedPrice()
    {
        await using var visit = await StartAsync();
        await visit.Expect("#quality-rows tr[data-asset=BTC] td >> nth=0").ToHaveTextAsync(new Regex(@"^\$61,8"));
        await visit.Expect("#quality-rows tr[data-asset=BTC] td >> nth=2").ToHaveTextAsync(new Regex(@"^kraken \$61,8\d\d\.\d\d \(\d+(\.\d)? s\)$"));
        await visit.Expect("#quality-rows tr[data-asset=BTC] td >> nth=3").ToHaveTextAsync(new Regex(@"^0\.\d{3}\s%$"));
        await visit.Expect("#quality-rows tr[data-asset=BTC] td >> nth=4").ToHaveTextAsync(new Regex("^yes"));
        await visit.Expect("#quality-rows tr[data-asset=BTC] td >> nth=5").ToHaveTextAsync(new Regex(@"^\$61,8"));
        await visit.Expect("#quality-rows tr[data-asset=SOL] td >> nth=4").ToHaveTextAsync("single source");
        await visit.Expect("#quality-rows tr[data-asset=SOL] td >> nth=5").ToHaveTextAsync("—");
        await visit.Expect("#threshold").ToHaveTextAsync("sources agree within 1.00 %");
        await visit.Expect("#source-list").ToContainTextAsync("okx open");
        await visit.Expect("#cache-list").ToContainTextAsync("portfolio");
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Portfolio_ShowsFiguresHoldingsAndCorrelations_WithWhatTheyRestOn()
    {
        await using var visit = await StartAsync();
        await visit.Expect("#portfolio-figures").ToContainTextAsync("1-day VaR 99 %");
        await visit.Expect("#portfolio-figures").ToContainTextAsync("500 daily returns");
        await visit.Expect("#portfolio-figures").ToContainTextAsync("no price: NOPE");
        await visit.Expect("#holding-rows tr").ToHaveCountAsync(5);
        await visit.Expect("#holding-rows tr[data-asset=SOL]").ToHaveAttributeAsync("data-quality", "single-source");
        await visit.Expect("#holding-rows tr[data-asset=NOPE]").ToContainTextAsync("no source knows a price of NOPE");
        await visit.Expect("#holding-rows tr[data-asset=ETH] td >> nth=5").ToHaveTextAsync(new Regex(@"^−\$2,\d{3}\.\d\d \(−\d+\.\d\s%\)$"));
        await visit.Expect("#correlations tbody tr").ToHaveCountAsync(3);
        await visit.Expect("#portfolio-basis").ToContainTextAsync("closes of BTC");
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task StreamThatCannotBeOpened_IsMadeUpForByPolling()
    {
        await using var visit = await StartAsync();
        await visit.Page.RouteAsync("**/stream?**", route => route.AbortAsync());
        await visit.Page.ReloadAsync();
        await visit.Expect("#link-text").ToHaveTextAsync("polling every 5 s");
        await ExpectMovementAsync(visit);
        await visit.Expect("html").ToHaveAttributeAsync("data-stale", "false");
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task StreamWithoutPrices_IsMadeUpForByPolling()
    {
        await using var visit = await StartAsync();
        visit.PricesStream = false;
        await ExpectMovementAsync(visit);
        await ExpectMovementAsync(visit);
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task LostServer_MakesEveryPriceStale_UntilItIsBack()
    {
        await using var visit = await StartAsync(heartbeat: Visit.Impatient);
        await visit.WhileTheServerIsGoneAsync(async () =>
        {
            await visit.Expect("#link-text").ToHaveTextAsync("reconnecting");
            await visit.Expect("#banner").ToContainTextAsync("what it shows may be old");
            await visit.Expect("#price-rows tr[data-asset=BTC]").ToHaveAttributeAsync("data-quality", "stale");
            await visit.Expect("#holding-rows tr[data-asset=BTC]").ToHaveAttributeAsync("data-quality", "stale");
        });
        await visit.Expect("#link-text").ToHaveTextAsync("streaming");
        await visit.Expect("#price-rows tr[data-asset=BTC]").ToHaveAttributeAsync("data-quality", "agreed");
        await visit.Expect("#banner").ToBeHiddenAsync();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task SimulatedPrices_CannotBeOverlooked()
    {
        await using var visit = await StartAsync(prepare: market => market.Source = new(FeedKind.Simulated, "built-in simulator"));
        await visit.Expect("#banner").ToContainTextAsync("SIMULATED DATA");
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task SmallPrices_KeepTheirDigits()
    {
        await using var visit = await StartAsync();
        visit.PricesFlow = false;
        visit.Prices.Quote(FakePrices.Kraken, "ADA", PriceQuote.Usd, 6.7234m);
        await visit.Expect("#price-rows tr[data-asset=ADA] .price").ToHaveTextAsync("$6.7234");
        visit.Prices.Quote(FakePrices.Kraken, "ADA", PriceQuote.Usd, 0.000012345m);
        await visit.Expect("#price-rows tr[data-asset=ADA] .price").ToHaveTextAsync("$0.00001235");
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Phone_NeedsNoSidewaysScrolling()
    {
        await using var visit = await StartAsync(width: 390, height: 844);
        visit.KrakenAhead = 8_000;
        await visit.Expect("#holding-rows tr").ToHaveCountAsync(5);
        await visit.Expect("#holding-rows tr[data-asset=BTC] .age").ToContainTextAsync("binance, disputed");
        await visit.Expect("#quality-rows tr").ToHaveCountAsync(4);
        Assert.Equal(390, await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        foreach (var panel in new[] { "#btc", "#prices", "#quality", "#portfolio" })
        {
            var box = await visit.Page.Locator(panel).BoundingBoxAsync();
            Assert.True(box!.X >= 0 && box.X + box.Width <= 390, $"{panel} is outside the screen");
        }

        // Nor within the tables: every figure is there without a swipe.
        foreach (var rows in new[] { "#price-rows", "#quality-rows", "#holding-rows" })
        {
            var width = await visit.Page.Locator(rows).EvaluateAsync<double>("rows => rows.getBoundingClientRect().right");
            Assert.True(width <= 390, $"{rows} ends at {width} px");
        }

        await visit.Expect("#holding-rows tr[data-asset=BTC] .narrow >> nth=0").ToBeVisibleAsync();

        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Theme_FollowsTheSystem_AndTextStaysReadable()
    {
        await using var visit = await StartAsync(scheme: ColorScheme.Dark);
        visit.KrakenAhead = 8_000;
        await visit.Expect("#price-rows tr[data-asset=BTC]").ToHaveAttributeAsync("data-quality", "disputed");
        await visit.Expect("html").ToHaveAttributeAsync("data-theme", "dark");
        Assert.Empty(await visit.HardToReadAsync());
        await visit.Page.ClickAsync("#theme");
        await visit.Expect("html").ToHaveAttributeAsync("data-theme", "light");
        Assert.Empty(await visit.HardToReadAsync());
        visit.PricesFlow = false;
        await visit.Expect("#price-rows tr[data-asset=BTC]").ToHaveAttributeAsync("data-quality", "stale");
        Assert.Empty(await visit.HardToReadAsync());
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Quality_SaysOfWhichMomentItIs_AndWhatDollarsRestOn_AndDimsWithoutNews()
    {
        await using var visit = await StartAsync();
        await visit.Expect("#quality-basis").ToHaveTextAsync(new Regex(@"^As of \d\d:\d\d:\d\d UTC · 1 USDT = \$1\.0001 by kraken$"));
        await visit.Expect("#btc-source24h").ToHaveTextAsync("at binance");
        await visit.Page.RouteAsync("**/api/quality", route => route.AbortAsync());
        await visit.Expect("#quality").ToHaveAttributeAsync("data-old", "true");
        Assert.Equal("0.5", await visit.Page.Locator("#quality .scroll").EvaluateAsync<string>("element => getComputedStyle(element).opacity"));
        await visit.Expect("html").ToHaveAttributeAsync("data-stale", "false");
        await visit.Page.UnrouteAllAsync();
        await visit.Expect("#quality").ToHaveAttributeAsync("data-old", "false");
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task WhatTheServerRefuses_IsSaidInPlaceOfWaiting()
    {
        await using var visit = await Visit.StartAsync(browser, "docs");
        await visit.Page.RouteAsync("**/api/**", route => route.FulfillAsync(new()
        {
            Status = 503,
            ContentType = "application/problem+json",
            Body = """{"status":503,"detail":"the market did not answer in time","remedy":"Try again in a moment."}""",
        }));
        await visit.Page.RouteAsync("**/stream?**", route => route.AbortAsync());
        await visit.Page.GotoAsync($"{visit.Url}{Path}");
        await visit.Expect("#prices-empty").ToContainTextAsync("the market did not answer in time");
        await visit.Expect("#portfolio-empty").ToContainTextAsync("the market did not answer in time");
        await visit.Page.UnrouteAllAsync();
        await visit.Expect("#price-rows tr").ToHaveCountAsync(4);
        await visit.Expect("#portfolio-body").ToBeVisibleAsync();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task MainPage_LinksHere_AndBack()
    {
        await using var visit = await Visit.StartAsync(browser);
        await visit.ReadyAsync();
        await visit.Page.ClickAsync("a[href='/realtime']");
        await visit.ReadyAsync();
        await visit.Expect("h1").ToHaveTextAsync("Real-Time Monitor");
        await visit.Page.ClickAsync("a.brand");
        await visit.ReadyAsync();
        await visit.Expect("#symbol-rows tr").ToHaveCountAsync(5);
    }

    private static async Task ExpectMovementAsync(Visit visit)
    {
        var before = await visit.Page.Locator("#btc-price").TextContentAsync();
        await visit.Expect("#btc-price").Not.ToHaveTextAsync(before!);
    }

    private async Task<Visit> StartAsync(int width = 1440, int height = 1000, ColorScheme scheme = ColorScheme.Light, Action<FakeMarket>? prepare = null, int? heartbeat = null)
    {
        var visit = heartbeat is { } seconds
            ? await Visit.StartAsync(browser, Path, width, height, scheme, prepare, seconds)
            : await Visit.StartAsync(browser, Path, width, height, scheme, prepare);
        return await visit.ReadyAsync();
    }
}
