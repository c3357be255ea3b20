using System.Collections.Concurrent;
using Microsoft.Playwright;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Binance;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>The Orleans Dashboard of a real silo in a real browser, under our policy of what pages may do.</summary>
[Collection(HostProcesses.Name)]
public sealed class DashboardTests
{
    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private const float PatienceMs = 120_000;

    [NeedsFact(NeedsFactAttribute.Chromium)]
    public async Task Pages_AreDrawn_AndBrowsersComplainOfNothing()
    {
        var now = Micros.From(TimeProvider.System.GetUtcNow());
        await using var exchange = await FakeBinance.StartAsync(FakeTape.FromModel(now - Micros.PerMinute, TimeSpan.FromMinutes(1), 10, 1, "BTCUSDT"));
        exchange.SkipUntil(now);
        await using var silo = new SiloProcesses().Create(exchange, ["BTCUSDT"]);
        await silo.StartAsync();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = Environment.GetEnvironmentVariable(NeedsFactAttribute.Chromium), Args = Flags, Timeout = PatienceMs });
        var page = await browser.NewPageAsync();
        page.SetDefaultTimeout(PatienceMs);
        var complaints = new ConcurrentQueue<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Enqueue($"{message.Type}: {message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => complaints.Enqueue(error);

        await page.GotoAsync($"{silo.BaseUri}dashboard/");
        await page.GetByText("Cluster Profiling").First.WaitForAsync();
        await page.WaitForFunctionAsync("() => document.fonts.check('900 16px \"Font Awesome 6 Free\"')"); // the icons' font is loaded
        foreach (var part in (string[])["#/grains", "#/silos", "#/reminders"])
        {
            await page.GotoAsync($"{silo.BaseUri}dashboard/{part}");
            await page.Locator("#content").GetByRole(AriaRole.Heading).Or(page.Locator("#content h3, #content h4, #content h5, #content table")).First.WaitForAsync();
        }

        complaints.ShouldBeEmpty();
    }
}
