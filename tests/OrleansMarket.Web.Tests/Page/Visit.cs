using System.Collections.Concurrent;
using Microsoft.Playwright;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Web;

namespace OrleansMarket.Web.Tests.Page;

/// <summary>A visit to the page of a live fake market: its clock runs up to ten times as fast as ours, slower on a busy machine, and every step brings news.</summary>
internal sealed class Visit : IAsyncDisposable
{
    /// <summary>The heartbeat, s, for tests in which the page is to notice a silence: after three of them. In all others no pause of a busy machine is one.</summary>
    public const int Impatient = 1;

    private const int Patient = 60;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly IBrowserContext _context;
    private readonly (string, string?)[] _settings;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly Task _pump;
    private WebFixture _web;

    private Visit(WebFixture web, (string, string?)[] settings, IBrowserContext context, IPage page)
    {
        (_web, _settings, _context, Page) = (web, settings, context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Enqueue($"{message.Type}: {message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue(error);
        _pump = PumpAsync();
    }

    public IPage Page { get; }

    public FakeMarket Market => _web.Market;

    public FakePrices Prices => _web.Prices;

    public ManualTimeProvider Clock => _web.Clock;

    /// <summary>Gets or sets whether sources go on saying prices.</summary>
    public bool PricesFlow { get; set; } = true;

    /// <summary>Gets or sets whether the stream tells them; the API does anyway.</summary>
    public bool PricesStream { get; set; } = true;

    /// <summary>Gets or sets by how much Kraken's price of BTC differs from Binance's, USD.</summary>
    public decimal KrakenAhead { get; set; }

    public string Url => _web.Address.ToString();

    public static async Task<Visit> StartAsync(
        Browser browser, string path = "", int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Dark, Action<FakeMarket>? prepare = null, int heartbeat = Patient,
        Func<IPage, Task>? arrange = null)
    {
        // A port that nobody is dealt while the server is away.
        (string, string?)[] settings = [("Web:Heartbeat", TimeSpan.FromSeconds(heartbeat).ToString())];
        var web = await WebFixture.ListenAsync(FreePort.Next(), null, null, settings);
        prepare?.Invoke(web.Market);
        var context = await browser.NewContextAsync(width, height, scheme);
        var visit = new Visit(web, settings, context, await context.NewPageAsync());
        if (arrange is not null)
        {
            await arrange(visit.Page);
        }

        await visit.Page.GotoAsync(web.Address + path);
        return visit;
    }

    /// <summary>Waits until the page is up and its stream flows.</summary>
    public async Task<Visit> ReadyAsync()
    {
        await Page.WaitForSelectorAsync("html[data-ready=true]");
        await Expect("#link-text").ToHaveTextAsync("streaming");
        return this;
    }

    public ILocatorAssertions Expect(string selector) => Assertions.Expect(Page.Locator(selector));

    /// <summary>What browsers complain about: script errors, refused content, failed requests.</summary>
    public void ExpectNoComplaints() => Assert.Empty(_complaints);

    /// <summary>Text whose contrast with its ground is below 4.5 to 1 (WCAG 2.2, 1.4.3), with the contrast; what is dimmed or lies on a pattern is left out.</summary>
    public Task<string[]> HardToReadAsync() => Page.EvaluateAsync<string[]>(
        """
        () => {
          const parse = (colour) => {
            const [r, g, b, a = 1] = colour.match(/[\d.]+(e-?\d+)?/g).map(Number);
            return colour.startsWith('color(') ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
          };
          const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
          const luminance = (colour) => {
            const [r, g, b] = colour.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const groundOf = (element) => {
            if (element === null) {
              return [255, 255, 255, 1];
            }

            const style = getComputedStyle(element);
            if (style.backgroundImage !== 'none' || style.opacity !== '1') {
              return null;
            }

            const ground = parse(style.backgroundColor);
            const below = ground[3] === 1 ? ground : groundOf(element.parentElement);
            return below && over(ground, below);
          };
          const seen = new Set();
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const element = node.parentElement;
            const ground = node.data.trim() && element.checkVisibility() && !element.closest('script, noscript, option') && groundOf(element);
            if (ground) {
              const [one, other] = [luminance(over(parse(getComputedStyle(element).color), ground)), luminance(ground)];
              const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
              if (contrast < 4.5) {
                seen.add(`${element.tagName.toLowerCase()}.${element.className} '${node.data.trim().slice(0, 20)}' ${contrast.toFixed(2)}`);
              }
            }
          }

          return [...seen];
        }
        """);

    /// <summary>Takes the server away, runs a step, and brings it back on the same port.</summary>
    public async Task WhileTheServerIsGoneAsync(Func<Task> step)
    {
        var (port, market, clock) = (_web.Address.Port, Market, Clock);
        await _web.DisposeAsync();
        await step();
        _complaints.Clear();
        _web = await WebFixture.ListenAsync(port, market, clock, _settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _pump;
        await _context.DisposeAsync();
        await _web.DisposeAsync();
        _end.Dispose();
    }

    private async Task PumpAsync()
    {
        using var timer = new PeriodicTimer(Step / 10);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                Clock.Advance(Step);
                Market.PublishSecond();
                await PublishPricesAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The visit is over.
        }
    }

    /// <summary>Two sources that agree on BTC and ETH, one that has SOL, none that has ADA.</summary>
    private async Task PublishPricesAsync()
    {
        if (PricesFlow)
        {
            Prices.Quote(FakePrices.Kraken, "USDT", PriceQuote.Usd, 1.0001m);
            var step = (decimal)(Clock.GetUtcNow().ToUnixTimeMilliseconds() / 500 % 40);
            Prices.Quote(FakePrices.Binance, "BTC", PriceQuote.Usdt, 61_820.50m + step);
            Prices.Quote(FakePrices.Kraken, "BTC", PriceQuote.Usd, 61_824.70m + step + KrakenAhead);
            Prices.Quote(FakePrices.Binance, "ETH", PriceQuote.Usdt, 3_020.10m + step, change24hPercent: -2.5);
            Prices.Quote(FakePrices.Kraken, "ETH", PriceQuote.Usd, 3_020.90m + step, change24hPercent: -2.5);
            Prices.Quote(FakePrices.Kraken, "SOL", PriceQuote.Usd, 142.32m + (step / 100));
        }

        if (PricesStream)
        {
            foreach (var price in await Prices.GetAsync(Prices.Assets, CancellationToken.None))
            {
                Market.Publish(new Symbol(price.Asset + "USD"), item => item with { Price = price });
            }
        }
    }
}
