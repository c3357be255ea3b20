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

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(NeedsFactAttribute.Chromium) is not { Length: > 0 } path)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        // The page asks for some of its figures every 5 s, and a busy machine draws late.
        Assertions.SetDefaultExpectTimeout(30_000);
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = Flags });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    internal Task<IBrowserContext> NewContextAsync(int width, int height, ColorScheme scheme) => _browser!.NewContextAsync(new()
    {
        ViewportSize = new() { Width = width, Height = height },
        ColorScheme = scheme,
        ReducedMotion = ReducedMotion.Reduce,
    });
}

/// <summary>The tests of the page share the browser and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<Browser>
{
    public const string Name = "browser";
}
