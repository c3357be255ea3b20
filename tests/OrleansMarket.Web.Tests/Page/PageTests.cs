using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Web;

namespace OrleansMarket.Web.Tests.Page;

[Collection(BrowserCollection.Name)]
public class PageTests(Browser browser)
{
    private static readonly Symbol Btc = new("BTCUSDT");

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Table_MovesAndEveryPriceHasItsAge()
    {
        await using var visit = await Visit.StartAsync(browser);
        await visit.ReadyAsync();
        await visit.Expect("#symbol-rows tr").ToHaveCountAsync(5);
        var price = visit.Page.Locator("tr[data-symbol=BTCUSDT] .price");
        var before = await price.TextContentAsync();
        await Assertions.Expect(price).Not.ToHaveTextAsync(before!);
        await visit.Expect("#symbol-rows .age").ToHaveTextAsync(Enumerable.Repeat(new Regex(@"^\d+\.\d s$"), 5));
        await visit.Expect("#quote-age").ToHaveTextAsync(new Regex("s ago$"));
        await visit.Expect("#source").ToHaveTextAsync("LIVE stream.binance.com");
        await visit.Expect("#banner").ToBeHiddenAsync();
        await visit.Expect("#symbol-rows .trend svg").ToHaveCountAsync(5);
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Chart_IsDrawnWithMarks_AndFollowsSymbolAndInterval()
    {
        await using var visit = await Visit.StartAsync(browser, "?symbol=ETHUSDT&interval=5m");
        await visit.ReadyAsync();
        await visit.Expect("#chart-title").ToHaveTextAsync("ETH/USDT");
        await visit.Expect("#intervals [aria-pressed=true]").ToHaveTextAsync("5m");
        await visit.Page.WaitForFunctionAsync("() => document.getElementById('chart').dataset.candles >= 500 && document.getElementById('chart').dataset.markers > 20");
        await ExpectDrawnChartAsync(visit);

        await visit.Page.ClickAsync("#intervals [data-interval='1m']");
        await visit.Page.ClickAsync("tr[data-symbol=SOLUSDT]");
        await visit.Expect("#chart-title").ToHaveTextAsync("SOL/USDT");
        await visit.Expect("#legend .marks").ToContainTextAsync("open");
        await Assertions.Expect(visit.Page).ToHaveURLAsync(new Regex(@"\?symbol=SOLUSDT&interval=1m$"));

        // The running candle follows the price of the table.
        await visit.Page.WaitForFunctionAsync("() => Math.abs(document.getElementById('chart').dataset.close - parseFloat(document.querySelector('tr[data-symbol=SOLUSDT] .price').textContent)) < 2");
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Chart_LabelsTheLargestOfNeighbouringWhales_SoThatNoLabelCoversAnother()
    {
        await using var visit = await Visit.StartAsync(browser);
        await visit.ReadyAsync();
        await visit.Page.WaitForFunctionAsync("() => document.getElementById('chart').dataset.markers > 20");
        var marks = await visit.Page.EvaluateAsync<int>("() => Number(document.getElementById('chart').dataset.markers)");
        var labels = await visit.Page.EvaluateAsync<int>("() => Number(document.getElementById('chart').dataset.labels)");
        var now = visit.Clock.GetUtcNow();
        for (var minute = 0; minute < 6; minute++)
        {
            var whale = FakeMarket.WhaleAt(FakeTape.All[0], now.AddMinutes(-minute));
            visit.Market.Publish(Btc, item => item with { Whale = whale with { NotionalUsd = 15_000_000, Taker = TakerSide.Buy, FirstId = 9_000_000 + minute } });
        }

        await visit.Page.WaitForFunctionAsync("marks => document.getElementById('chart').dataset.markers >= marks + 4", marks);
        Assert.InRange(await visit.Page.EvaluateAsync<int>("() => Number(document.getElementById('chart').dataset.labels)"), 1, labels + 1);
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Figures_HaveTheirUnits_NoSignAtZero_AndAreNotCutOff()
    {
        await using var visit = await Visit.StartAsync(browser);
        await visit.ReadyAsync();
        await visit.Expect("li[data-key^='price-move'] .detail >> nth=0").ToHaveTextAsync(new Regex(@"[+−]?\d+\.\d\d\s% against \d+\.\d\d\s%"));
        Assert.Equal(
            ["0.0", "0.00", "0.00", "−0.1", "+1.50"],
            await visit.Page.EvaluateAsync<string[]>("async () => { const f = await import('/js/format.js'); return [f.number(-0.04, 1), f.signed(0.001), f.signed(-0.001), f.number(-0.05, 1), f.signed(1.5)]; }"));
        Assert.Equal(
            ["177.9\u00a0%", "$3.50M", "12.5 s", "z 4.2"],
            await visit.Page.EvaluateAsync<string[]>("async () => { const f = await import('/js/format.js'); return [f.reading('volatility-24h', 1.779), f.reading('whale-notional', 3.5e6), f.reading('lag', 12.5), f.reading('volume-spike', 4.2)]; }"));
        await visit.Expect("#whale-list .detail >> nth=5").ToBeVisibleAsync();
        Assert.Empty(await visit.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('#whale-list .detail')].filter((line) => line.scrollWidth > line.clientWidth).map((line) => line.textContent)"));
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Chart_ReadsOlderCandlesWhenScrolledBack()
    {
        await using var visit = await Visit.StartAsync(browser);
        await visit.ReadyAsync();
        await visit.Page.WaitForFunctionAsync("() => document.getElementById('chart').dataset.candles >= 500");
        visit.Market.FrozenSince = visit.Clock.GetUtcNow(); // no later candle puts right what is wrong here
        await visit.Page.HoverAsync("#chart");
        for (var i = 0; i < 12; i++)
        {
            await visit.Page.Mouse.WheelAsync(-600, 0);
        }

        await visit.Page.WaitForFunctionAsync("() => document.getElementById('chart').dataset.candles >= 1000");

        // With the mouse elsewhere the legend is that of the newest candle, however far back the chart is.
        await visit.Page.Mouse.MoveAsync(0, 0);
        await visit.Page.WaitForFunctionAsync("() => document.getElementById('legend').textContent.startsWith(new Date(document.getElementById('chart').dataset.newest * 1000).toISOString().slice(0, 16).replace('T', ' '))");
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task FrozenData_LooksStaleAlthoughTheStreamFlows()
    {
        await using var visit = await Visit.StartAsync(browser);
        await visit.ReadyAsync();
        visit.Market.FrozenSince = visit.Clock.GetUtcNow();
        await visit.Expect("tr[data-symbol=BTCUSDT]").ToHaveAttributeAsync("data-stale", "true");
        await visit.Expect("tr[data-symbol=BTCUSDT] .age").ToContainTextAsync("stale");
        await visit.Expect("#quote-age").ToContainTextAsync("STALE");
        Assert.Equal("line-through", await visit.Page.Locator("#quote-value").EvaluateAsync<string>("element => getComputedStyle(element).textDecorationLine"));
        await visit.Expect("#health").ToContainTextAsync("degraded: no trades for");
        await visit.Expect("#link-text").ToHaveTextAsync("streaming");
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task LostServer_MakesThePageStale_UntilItIsBack()
    {
        await using var visit = await Visit.StartAsync(browser, heartbeat: Visit.Impatient);
        await visit.ReadyAsync();
        await visit.WhileTheServerIsGoneAsync(async () =>
        {
            await visit.Expect("#link-text").ToHaveTextAsync("reconnecting");
            await visit.Expect("#banner").ToContainTextAsync("what it shows may be old");
            await visit.Expect("tr[data-symbol=ETHUSDT]").ToHaveAttributeAsync("data-stale", "true");
        });
        await visit.Expect("#link-text").ToHaveTextAsync("streaming");
        await visit.Expect("#banner").ToBeHiddenAsync();
        await visit.Expect("tr[data-symbol=ETHUSDT]").ToHaveAttributeAsync("data-stale", "false");
        var before = await visit.Page.Locator("#quote-value").TextContentAsync();
        await visit.Expect("#quote-value").Not.ToHaveTextAsync(before!);
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task SimulatedAndReplayedPrices_CannotBeOverlooked()
    {
        await using var visit = await Visit.StartAsync(browser, prepare: market => market.Source = new(FeedKind.Simulated, "built-in simulator"));
        await visit.ReadyAsync();
        await visit.Expect("#banner").ToContainTextAsync("SIMULATED DATA");
        await visit.Expect("#source").ToHaveTextAsync("SIMULATED");
        visit.Market.Source = new(FeedKind.Replay, "btcusdt_20240808.gz");
        await visit.Expect("#banner").ToContainTextAsync("REPLAY of btcusdt_20240808.gz");
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Phone_NeedsNoSidewaysScrolling()
    {
        await using var visit = await Visit.StartAsync(browser, width: 390, height: 844);
        await visit.ReadyAsync();
        foreach (var tab in new[] { "gaps", "letters", "rules", "pipeline" })
        {
            await visit.Page.ClickAsync($"#tab-{tab}");
            await visit.Expect($"#pane-{tab} > *").Not.ToHaveCountAsync(0);
            Assert.Equal(390, await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        }

        foreach (var panel in new[] { ".symbols", ".chart", ".whales", ".alerts", ".data" })
        {
            var box = await visit.Page.Locator($".panel{panel}").BoundingBoxAsync();
            Assert.True(box!.X >= 0 && box.X + box.Width <= 390, $"{panel} is outside the screen");
        }

        await ExpectDrawnChartAsync(visit);
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Theme_FollowsTheSystem_UntilAPersonChooses()
    {
        await using var visit = await Visit.StartAsync(browser, scheme: ColorScheme.Dark);
        await visit.ReadyAsync();
        await ExpectThemeAsync(visit, "dark", brightness => brightness < 40);
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await ExpectThemeAsync(visit, "light", brightness => brightness > 200);
        await visit.Page.ClickAsync("#theme");
        await ExpectThemeAsync(visit, "dark", brightness => brightness < 40);
        await visit.Page.ReloadAsync();
        await visit.ReadyAsync();
        await ExpectThemeAsync(visit, "dark", brightness => brightness < 40);
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Text_IsReadableInBothThemes()
    {
        await using var visit = await Visit.StartAsync(browser, scheme: ColorScheme.Dark, prepare: market => market.HasOpenGap = true);
        await visit.ReadyAsync();
        await visit.Expect("#alert-list li >> nth=0").ToBeVisibleAsync();
        foreach (var theme in new[] { "dark", "light" })
        {
            await visit.Expect("html").ToHaveAttributeAsync("data-theme", theme);
            foreach (var tab in new[] { "gaps", "letters", "rules", "pipeline" })
            {
                await visit.Page.ClickAsync($"#tab-{tab}");
                await visit.Expect($"#pane-{tab} > *").Not.ToHaveCountAsync(0);
                Assert.Empty(await visit.HardToReadAsync());
            }

            await visit.Page.ClickAsync("#theme");
        }
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Alert_IsResolvedAndSilenced_AfterTheKeyWasGivenOnce()
    {
        await using var visit = await Visit.StartAsync(browser);
        await visit.ReadyAsync();
        await visit.Expect("#firing").ToHaveTextAsync("2 firing");
        await visit.Page.ClickAsync("li[data-key^='volume-spike'] [data-act=resolve]");
        await visit.Expect("#key-dialog").ToBeVisibleAsync();
        visit.ExpectNoComplaints();
        await visit.Page.FillAsync("#key-input", "wrong-key-0123456789");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Expect("#key-error").ToContainTextAsync("expected this server's API key");
        await visit.Page.FillAsync("#key-input", WebFixture.Key);
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Expect("#key-dialog").ToBeHiddenAsync();
        await visit.Expect("#firing").ToHaveTextAsync("1 firing");
        await visit.Expect("li[data-key^='volume-spike'] .tag").ToHaveTextAsync("resolved");

        await visit.Page.ClickAsync("li[data-key^='price-move'][data-state=firing] [data-act=silence]");
        await visit.Page.FillAsync("#silence-form [name=reason]", "planned listing");
        await visit.Page.ClickAsync("#silence-form [type=submit]");
        await visit.Expect("#silence-list").ToContainTextAsync("price-move, SOLUSDT until");
        var silences = await visit.Market.GetSilencesAsync(CancellationToken.None);
        Assert.Contains(silences, silence => silence is { RuleId: "price-move", Reason: "planned listing" } && silence.Until - silence.From == TimeSpan.FromHours(1));

        // The cookie outlives the page, scripts cannot read it, and signing out ends it.
        await visit.Page.ReloadAsync();
        await visit.Expect("#session").ToHaveTextAsync("Sign out");
        Assert.Equal("", await visit.Page.EvaluateAsync<string>("() => document.cookie"));
        await visit.Page.ClickAsync("#session");
        await visit.Expect("#session").ToHaveTextAsync("Sign in");
        await visit.Page.ClickAsync("#silence-list button >> nth=0");
        await visit.Expect("#key-dialog").ToBeVisibleAsync();
        await visit.Page.ClickAsync("#key-dialog [data-close]");
        Assert.Equal(2, (await visit.Market.GetSilencesAsync(CancellationToken.None)).Count);
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task SignIn_BeforeThePageKnowsWhetherItWas_Stands()
    {
        using var gate = new Gate();
        await using var visit = await Visit.StartAsync(browser, arrange: page => page.RouteAsync("**/session", route => route.Request.Method == "GET" ? gate.HoldAnswerAsync(route) : route.ContinueAsync()));
        await visit.ReadyAsync();
        await gate.HoldsAsync(1);
        await visit.Page.ClickAsync("#session");
        await visit.Page.FillAsync("#key-input", WebFixture.Key);
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Expect("#session").ToHaveTextAsync("Sign out");
        var late = visit.Page.WaitForResponseAsync("**/session");
        gate.Open();
        await (await late).FinishedAsync();
        await visit.Page.ClickAsync("li[data-key^='volume-spike'] [data-act=resolve]");
        await visit.Expect("li[data-key^='volume-spike'] .tag").ToHaveTextAsync("resolved");
        await visit.Expect("#session").ToHaveTextAsync("Sign out");
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Rule_IsPreviewedAndStored_AndProblemsAreShownByField()
    {
        await using var visit = await Visit.StartAsync(browser);
        await visit.ReadyAsync();
        await visit.Page.ClickAsync("#session");
        await visit.Page.FillAsync("#key-input", WebFixture.Key);
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.ClickAsync("#tab-rules");
        await visit.Page.ClickAsync("#rule-new");
        await visit.Page.FillAsync("#rule-form [name=id]", "fast-move");
        await visit.Page.FillAsync("#rule-form [name=name]", "Fast move");
        await visit.Page.FillAsync("#rule-form [name=enter]", "much");
        await visit.Page.ClickAsync("#rule-try");
        await visit.Expect("#rule-error").ToContainTextAsync("enter: ");
        await visit.Page.FillAsync("#rule-form [name=enter]", "1.5");
        await visit.Page.SelectOptionAsync("#rule-form [name=signal]", "price-move-1m");
        await visit.Page.SelectOptionAsync("#rule-form [name=direction]", "magnitude");
        await visit.Page.ClickAsync("#rule-try");
        await visit.Expect("#rule-preview").ToContainTextAsync("it would have fired 9 times");
        await visit.Page.ClickAsync("#rule-form [type=submit]");
        await visit.Expect("#pane-rules").ToContainTextAsync("price move 1m |x| ≥ 1.50 %");
        var rule = (await visit.Market.GetRulesAsync(CancellationToken.None)).Single(rule => rule.Id == "fast-move");
        Assert.Equal((Signal.PriceMove1m, AlertDirection.Magnitude, 1.5, 1), (rule.Signal, rule.Direction, rule.Enter, rule.Version));
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task News_ArriveWithoutReload_AndDataIsNeverMarkup()
    {
        await using var visit = await Visit.StartAsync(browser);
        await visit.ReadyAsync();
        const string Nasty = "<img src=x onerror=\"document.title='broken'\">";
        await visit.Market.PutRuleAsync(new AlertRule { Id = "nasty", Name = Nasty, Signal = Signal.Lag, Enter = 1 }, CancellationToken.None);
        visit.Market.Fire("nasty", Btc, 2);
        await visit.Expect("li[data-key^=nasty] .headline").ToContainTextAsync(Nasty);
        await visit.Expect("#alert-list img, #toasts img, #pane-rules img").ToHaveCountAsync(0);

        var whale = FakeMarket.WhaleAt(FakeTape.All[0], visit.Clock.GetUtcNow());
        visit.Market.Publish(Btc, item => item with { Whale = whale });
        var key = string.Create(CultureInfo.InvariantCulture, $"BTCUSDT/{whale.FirstId}");
        await visit.Expect("#whale-list li >> nth=0").ToHaveAttributeAsync("data-key", key);
        Assert.Equal("OrleansMarket", await visit.Page.TitleAsync());
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task News_ToldWhileThePageStillReads_AreNotForgottenForTheOlderAnswer()
    {
        using var gate = new Gate();
        await using var visit = await Visit.StartAsync(browser, arrange: async page =>
        {
            await page.RouteAsync("**/alerts?limit=150", gate.HoldAnswerAsync);
            await page.RouteAsync("**/whales?limit=150", gate.HoldAnswerAsync);
        });
        await visit.Expect("#link-text").ToHaveTextAsync("streaming");
        await gate.HoldsAsync(4); // both are read at the start, and again once the stream is open
        var alert = visit.Market.Fire("whale", Btc, 700_000);
        var whale = FakeMarket.WhaleAt(FakeTape.All[0], visit.Clock.GetUtcNow());
        visit.Market.Publish(Btc, item => item with { Whale = whale });
        var key = string.Create(CultureInfo.InvariantCulture, $"BTCUSDT/{whale.FirstId}");
        await visit.Expect($"li[data-key='{alert.Key}']").ToBeVisibleAsync();
        await visit.Expect("#whale-list li >> nth=0").ToHaveAttributeAsync("data-key", key);

        gate.Open();
        await visit.ReadyAsync();
        await visit.Expect("#alert-list li").ToHaveCountAsync(6);
        await visit.Expect($"li[data-key='{alert.Key}']").ToBeVisibleAsync();
        await visit.Expect("#whale-list li").ToHaveCountAsync(150);
        await visit.Expect("#whale-list li >> nth=0").ToHaveAttributeAsync("data-key", key);
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task News_BeforeTheStreamIsOpen_AreReadOnceItIs()
    {
        using var gate = new Gate();
        await using var visit = await Visit.StartAsync(browser, "?interval=1s", arrange: page => page.RouteAsync("**/stream?**", gate.HoldRequestAsync));
        await visit.Page.WaitForSelectorAsync("html[data-ready=true]");
        await visit.Page.WaitForFunctionAsync("() => document.getElementById('chart').dataset.candles >= 500");
        var alert = visit.Market.Fire("whale", Btc, 700_000);
        var begun = visit.Clock.GetUtcNow();
        await Eventually.BecomesTrueAsync(() => visit.Clock.GetUtcNow() >= begun.AddSeconds(5), "five more candles");
        visit.Market.FrozenSince = visit.Clock.GetUtcNow();
        Assert.Equal(0, visit.Market.Watchers);
        await visit.Expect($"li[data-key='{alert.Key}']").ToHaveCountAsync(0);

        gate.Open();
        await visit.Expect("#link-text").ToHaveTextAsync("streaming");
        await visit.Expect($"li[data-key='{alert.Key}']").ToBeVisibleAsync();
        await visit.Page.WaitForFunctionAsync("newest => Number(document.getElementById('chart').dataset.newest) >= newest", (int)visit.Market.FrozenSince.Value.ToUnixTimeSeconds());
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task OpenGap_IsShownWhereItMatters()
    {
        await using var visit = await Visit.StartAsync(browser, prepare: market => market.HasOpenGap = true);
        await visit.ReadyAsync();
        await visit.Expect("tr[data-symbol=BTCUSDT] .flags").ToContainTextAsync("182 missing");
        await visit.Expect("#gap-count").ToHaveTextAsync("1");
        await visit.Page.ClickAsync("#health");
        await visit.Expect("#pane-pipeline .reasons").ToContainTextAsync("182 trades of BTCUSDT are missing");
        await visit.Page.ClickAsync("#tab-gaps");
        await visit.Expect("#pane-gaps").ToContainTextAsync("next attempt in 4 s");
        await visit.Page.ClickAsync("#tab-letters");
        await visit.Expect("#pane-letters").ToContainTextAsync("expected a price above 0, found 0");
        visit.ExpectNoComplaints();
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Keyboard_ReachesEverything_AndEveryControlHasAName()
    {
        await using var visit = await Visit.StartAsync(browser);
        await visit.ReadyAsync();
        await visit.Page.FocusAsync("#tab-pipeline");
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await visit.Expect("#tab-gaps").ToBeFocusedAsync();
        await visit.Expect("#pane-gaps").ToBeVisibleAsync();
        await visit.Page.FocusAsync("tr[data-symbol=BTCUSDT] .pair");
        await visit.Page.Keyboard.PressAsync("ArrowDown");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Expect("tr[data-symbol=ETHUSDT]").ToHaveAttributeAsync("aria-current", "true");
        var nameless = await visit.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('button, input:not([hidden]), select, a')]
              .filter((control) => !(control.getAttribute('aria-label') || control.textContent.trim() || control.closest('label')?.textContent.trim()))
              .map((control) => control.outerHTML)
            """);
        Assert.Empty(nameless);
    }

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Docs_RunUnderTheirPolicy()
    {
        await using var visit = await Visit.StartAsync(browser, "docs");
        await visit.Expect(".opblock >> nth=10").ToBeVisibleAsync();
        await visit.Expect(".info .title").ToContainTextAsync("OrleansMarket API");
        visit.ExpectNoComplaints();
    }

    /// <summary>The chart paints in the frame after its data came, so it is looked at until it has. A copy is looked at: browsers warn of reading what they draw on.</summary>
    private static async Task ExpectDrawnChartAsync(Visit visit) => await visit.Page.WaitForFunctionAsync(
        """
        () => {
          const colours = new Set();
          for (const canvas of document.querySelectorAll('#chart canvas')) {
            const { width, height } = canvas;
            if (width > 0 && height > 0) {
              const copy = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d', { willReadFrequently: true });
              copy.drawImage(canvas, 0, 0);
              const { data } = copy.getImageData(0, 0, width, height);
              for (let i = 0; i < data.length; i += 4 * 7) {
                colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
              }
            }
          }

          return colours.size > 8;
        }
        """,
        null, new() { PollingInterval = 250 });

    private static async Task ExpectThemeAsync(Visit visit, string theme, Predicate<double> fits)
    {
        await visit.Expect("html").ToHaveAttributeAsync("data-theme", theme);
        var brightness = await visit.Page.EvaluateAsync<double>(
            "() => { const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number); return (r + g + b) / 3; }");
        Assert.True(fits(brightness), $"the ground of the {theme} theme has brightness {brightness}");
    }
}
