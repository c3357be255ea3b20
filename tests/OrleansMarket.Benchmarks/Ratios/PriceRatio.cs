using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Feeds.Prices;
using OrleansMarket.TestKit.Web;
using OrleansMarket.Web;

namespace OrleansMarket.Benchmarks.Ratios;

/// <summary>
/// Cached prices under 100 concurrent readers: from memory, and over HTTP by clients that share the machine with the server. Each client asks ten times a second,
/// so that the figure is the answer's time and not the queue of a saturated machine; the rate of a saturated one stands beside it.
/// </summary>
internal static class PriceRatio
{
    private const int Readers = 100;
    private const double LookupMs = 1;
    private const double PageMs = 16;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Paced = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Saturated = TimeSpan.FromSeconds(5);
    private static readonly string[] Assets = ["BTC", "ETH", "SOL", "ADA", "DOT"];

    public static async Task<IReadOnlyList<RatioLine>> MeasureAsync()
    {
        var clock = TimeProvider.System;
        var folder = Directory.CreateTempSubdirectory("orleansmarket-prices-").FullName;
        using var meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var caches = new CacheCounters();
        using var prices = new PriceService(
            [.. Enumerable.Range(0, 6).Select(number => new MemorySource(number, clock))], Options.Create(new PriceOptions()), new JobLog(), caches,
            new PriceInstruments(meters.GetRequiredService<IMeterFactory>()), clock, NullLoggerFactory.Instance, []);
        using var stop = new CancellationTokenSource();
        var polling = prices.RunAsync(stop.Token);
        await prices.GetAsync(Assets, stop.Token);
        await using var app = await StartAsync(prices, clock, folder);
        try
        {
            var root = new Uri(app.Urls.First());
            List<RatioLine> lines = [Line("cached price of BTC from memory", await LookUpAsync(prices), LookupMs)];
            foreach (var path in (string[])["/api/btc-price", "/api/prices"])
            {
                await RunAsync(root, path, TimeSpan.FromSeconds(2), Pace);
                lines.Add(Line($"cached {path}, {Readers} clients at {1 / Pace.TotalSeconds:0}/s each", await RunAsync(root, path, Paced, Pace), PageMs));
                var flat = await RunAsync(root, path, Saturated, TimeSpan.Zero);
                lines.Add(new($"cached {path}, {Readers} clients without a pause", string.Create(CultureInfo.InvariantCulture, $"{flat.Count / Saturated.TotalSeconds:N0}/s, p50 {At(flat, 0.5):0.0} ms, p99 {At(flat, 0.99):0.0} ms")));
            }

            lines.Add(new("share of these that the cache answered", string.Create(CultureInfo.InvariantCulture, $"{caches.Describe().Single(cache => cache.Cache == CacheCounters.Prices).HitRate:0.0000 %}"), "≥ 95 %",
                caches.Describe().Single(cache => cache.Cache == CacheCounters.Prices).HitRate >= 0.95));
            return lines;
        }
        finally
        {
            await stop.CancelAsync();
            await polling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await app.StopAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static RatioLine Line(string what, List<double> sorted, double target) => new(
        what, string.Create(CultureInfo.InvariantCulture, $"p50 {At(sorted, 0.5):0.000} ms, p99 {At(sorted, 0.99):0.000} ms"),
        string.Create(CultureInfo.InvariantCulture, $"p99 ≤ {target:0} ms"), At(sorted, 0.99) <= target);

    private static double At(List<double> sorted, double quantile) => sorted[(int)Math.Ceiling(quantile * sorted.Count) - 1];

    private static async Task<List<double>> LookUpAsync(PriceService prices)
    {
        var perReader = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => Task.Run(async () =>
        {
            var times = new List<double>();
            for (var read = 0; read < 500; read++)
            {
                var start = Stopwatch.GetTimestamp();
                await prices.GetAsync(["BTC"], CancellationToken.None);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                await Task.Yield();
            }

            return times;
        })));
        return [.. perReader.SelectMany(times => times).Order()];
    }

    private static async Task<List<double>> RunAsync(Uri root, string path, TimeSpan duration, TimeSpan pace)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Readers, ConnectTimeout = TimeSpan.FromSeconds(5) }) { BaseAddress = root };
        var begun = Stopwatch.GetTimestamp();
        var perReader = await Task.WhenAll(Enumerable.Range(0, Readers).Select(async reader =>
        {
            var times = new List<double>();
            await Task.Delay(pace * ((double)reader / Readers), TimeProvider.System, CancellationToken.None);
            while (Stopwatch.GetElapsedTime(begun) < duration)
            {
                var start = Stopwatch.GetTimestamp();
                using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
                answer.EnsureSuccessStatusCode();
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                if (pace - Stopwatch.GetElapsedTime(start) is var rest && rest > TimeSpan.Zero)
                {
                    await Task.Delay(rest, TimeProvider.System, CancellationToken.None);
                }
            }

            return times;
        }));
        return [.. perReader.SelectMany(times => times).Order()];
    }

    private static async Task<WebApplication> StartAsync(IPrices prices, TimeProvider clock, string folder)
    {
        var market = new FakeMarket(clock);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Web:DataDirectory"] = folder,
            ["Web:ReadsPerSecond"] = "100000",
            ["Web:ReadBurst"] = "1000000",
        });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(clock).AddSingleton(prices);
        builder.Services.AddSingleton<IMarket>(market).AddSingleton<IAlertDesk>(market).AddSingleton<IDeadLetterDesk>(market);
        builder.Services.AddMarketWeb();
        var app = builder.Build();
        app.MapMarketWeb();
        await app.StartAsync();
        return app;
    }

    /// <summary>One of six venues that answer from memory.</summary>
    private sealed class MemorySource(int number, TimeProvider clock) : IPriceSource
    {
        public PriceSourceProfile Profile { get; } = new(
            $"venue{number}", $"venue{number}", PriceRule.Exchange, 1, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));

        public Task<PriceAnswer> AskAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            return Task.FromResult(new PriceAnswer(
                [.. assets.Select(asset => new PriceQuote
                {
                    Asset = asset, Source = Profile.Name, Currency = PriceQuote.Usd, Price = 100 + (number * 0.01m), Time = now, Received = now, Change24hPercent = 1, Volume24h = 10,
                })],
                new Dictionary<string, string>()));
        }
    }
}
