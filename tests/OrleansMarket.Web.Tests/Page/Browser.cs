using Microsoft.Playwright;
using OrleansMarket.TestKit;

namespace OrleansMarket.Web.Tests.Page;

/// <summary>One real Chromium for all tests of the page.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private const float Patience = 90_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(NeedsFactAttribute.Chromium) is not { Length: > 0 } path)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        // A busy machine draws late; a test that passes never waits for it.
        Assertions.SetDefaultExpectTimeout(Patience);
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = Flags, Timeout = 2 * Patience });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    internal async Task<IBrowserContext> NewContextAsync(int width, int height, ColorScheme scheme)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(Patience);
        return context;
    }
}

/// <summary>The tests of the page share the browser and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<Browser>
{
    public const string Name = "browser";
}
