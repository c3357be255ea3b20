using System.Diagnostics;
using System.Net;
using System.Text.Json;
using OrleansMarket.Cluster.Tests.Hosting;
using OrleansMarket.Contract;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Binance;
using OrleansMarket.TestKit.Prices;
using OrleansMarket.TestKit.Processes;
using OrleansMarket.TestKit.Redis;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Prices;

/// <summary>Prices of three silos with roles of their own, a real Redis, and sources that count who asks.</summary>
[Collection(ClusterOfProcesses.Name)]
[Trait(ClusterOfProcesses.Name, ClusterOfProcesses.WithAll)]
public sealed class ClusterPricesTests
{
    private static readonly string[] Sources = ["Coingecko", "Coinbase", "Kraken"];
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(90);

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task OneSiloAsksTheSources_EveryWebSiloAnswersTheSame_WithRedisAndWithout()
    {
        await using var scene = await StartAsync("ingress,market", "ingress,market", "market,web", "web");
        var (pages, api) = (scene.Silos.Skip(2).ToArray(), scene.Silos[3]);
        foreach (var silo in pages)
        {
            await scene.BecomesTrueAsync(async () => await PriceAsync(silo) is ("agreed", 60_000m), $"the price of {silo.Name}");
        }

        await scene.BecomesTrueAsync(
            async () => (await Task.WhenAll(pages.Select(LastAskedAsync))).Distinct().ToArray() is [{ Length: > 0 }], "both pages telling how the sources of one silo do");

        await scene.BecomesTrueAsync(
            async () =>
            {
                var jobs = (await GetAsync(api, "/jobs?limit=1")).GetProperty("jobs").EnumerateArray().ToLookup(job => job.GetProperty("job").GetString()!, job => job.GetProperty("server").GetString()!);
                return jobs["market_data.fetch_btc_price_realtime"].Count() == 1 && jobs["prices-kraken"].SequenceEqual(jobs["market_data.fetch_btc_price_realtime"])
                    && jobs["prices-show"].Order().SequenceEqual(scene.Silos.Select(silo => silo.Name)) && jobs["usd-rates"].Count() == 1
                    && jobs["tick"].Any() && jobs["alerts-dispatch"].Any() && jobs["shard-terms"].Any() && jobs["keep-grains"].SequenceEqual(jobs["usd-rates"]);
            },
            "the jobs of every silo, those of the sources, of the leading silo and of each grain where these run");

        // A hundred callers at two silos, of an asset nobody has asked for: one request, of the one silo that asks. The dollar rates, for which the sources are asked
        // at the beginning, have been asked for by now.
        var asked = scene.Sources.RequestsOf("coingecko");
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(caller => GetAsync(pages[caller % 2], "/api/prices/ETH")));
        answers.ShouldAllBe(answer => answer.GetProperty("price").GetProperty("price").GetDecimal() == 3_000m && answer.GetProperty("price").GetProperty("quality").GetString() == "agreed");
        scene.Sources.RequestsOf("coingecko").ShouldBe(asked + 1);

        // Whoever is asked counts the lookups of all, but for a silo that is too busy to answer at once.
        await scene.BecomesTrueAsync(async () => (await Task.WhenAll(pages.Select(CacheReadsAsync))).All(reads => reads >= 100), "the lookups of all silos");

        // Anybody can read the cache, and a subscriber hears.
        var cli = new RedisCli(scene.Redis);
        await scene.BecomesTrueAsync(async () => Price(await cli.AskAsync("GET", "btc_price:latest")) == 60_000m, "the price of BTC in Redis");
        await scene.BecomesTrueAsync(async () => Price(await cli.AskAsync("GET", "price:ETH")) == 3_000m, "the price of ETH in Redis");
        using (var subscriber = await cli.SubscribeAsync("btc_price_updates"))
        {
            scene.Sources.Set("BTC", 60_060);
            await scene.BecomesTrueAsync(async () => Price(await subscriber.NextAsync()) == 60_060m, "the new price on the channel");
        }

        await scene.BecomesTrueAsync(async () => await PriceAsync(api) is ("agreed", 60_060m), "the new price");

        // Measured rates reach the engines, wherever they are, and count from the next minute of the tape; a slow source may be missing among those that measured.
        // Five times as fast as the clock: the tape lasts as long as the patience, and rates are handed out once a minute.
        var begun = Stopwatch.GetTimestamp();
        await scene.BecomesTrueAsync(
            async () =>
            {
                await scene.PublishAsync((int)(Stopwatch.GetElapsedTime(begun).TotalSeconds * 5));
                var market = (await GetAsync(api, "/market/BTCUSDT")).ToString();
                return Sources.Any(source => market.Contains(source.ToLowerInvariant(), StringComparison.Ordinal));
            },
            "the measured rate of USDT");

        // Redis goes away in the middle: the one who asks the sources answers directly.
        await scene.Redis.StopAsync();
        scene.Sources.Set("BTC", 60_120);
        foreach (var silo in pages)
        {
            await scene.BecomesTrueAsync(async () => await PriceAsync(silo) is ("agreed", 60_120m), $"the price of {silo.Name} without Redis");
        }

        await scene.BecomesTrueAsync(
            async () => await GetAsync(api, "/health") is var health && health.GetProperty("status").GetString() == "degraded"
                && health.GetProperty("reasons").ToString().Contains("dead letters: cannot be counted", StringComparison.Ordinal),
            "health that says which store is away");
        await scene.BecomesTrueAsync(async () => await StatusAsync(api, "/candles?symbol=BTCUSDT&interval=1m") == HttpStatusCode.ServiceUnavailable, "candles refused without their store");

        await scene.Redis.StartAsync();
        await scene.BecomesTrueAsync(async () => Price(await cli.AskAsync("GET", "btc_price:latest")) == 60_120m, "the price in Redis again");
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task SiloThatAsksTheSourcesDies_AnotherGoesOn_AndWithoutAnyEachSiloAsksThemItself()
    {
        await using var scene = await StartAsync("ingress,market", "ingress,market", "web,market");
        var (poller, api) = ("", scene.Silos[2]);
        await scene.BecomesTrueAsync(async () => (poller = await PollerAsync(api)).Length > 0, "a silo that asks the sources");
        await scene.BecomesTrueAsync(async () => await PriceAsync(api) is ("agreed", 60_000m), "a price");
        await scene.Silos.Single(silo => silo.Name == poller).KillAsync();
        scene.Sources.Set("BTC", 60_060);
        await scene.BecomesTrueAsync(async () => await PriceAsync(api) is ("agreed", 60_060m), "a new price after a silo died");
        var other = scene.Silos.Take(2).Single(silo => silo.Name != poller).Name;
        await scene.BecomesTrueAsync(async () => await PollerAsync(api) == other, "the other silo asks the sources");

        await scene.Silos.Single(silo => silo.Name == other).KillAsync();
        scene.Sources.Set("BTC", 60_120);
        await scene.BecomesTrueAsync(async () => await PriceAsync(api) is ("agreed", 60_120m), "a new price although nobody asks the sources for all");
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task SiloWithoutTheWebRole_ServesHealthAndMetrics_AndNothingElse()
    {
        await using var scene = await StartAsync("ingress,market", "web");
        var (inner, web) = (scene.Silos[0], scene.Silos[1]);
        await scene.BecomesTrueAsync(
            async () =>
            {
                await scene.PublishAsync(60);
                return await StatusAsync(inner, "/health/ready") == HttpStatusCode.OK;
            },
            "a silo that is ready");
        foreach (var path in (string[])["/health", "/health/live", "/health/ready", "/metrics"])
        {
            await scene.BecomesTrueAsync(async () => await StatusAsync(inner, path) == HttpStatusCode.OK, path);
        }

        foreach (var path in (string[])["/", "/realtime", "/symbols", "/candles?symbol=BTCUSDT", "/api/prices", "/api/btc-price", "/api/portfolio", "/alerts", "/stream", "/jobs", "/docs", "/openapi/v1.json", "/dashboard/", "/dashboard/DashboardCounters"])
        {
            (await StatusAsync(inner, path)).ShouldBe(HttpStatusCode.NotFound, path);
            if (path != "/stream")
            {
                await scene.BecomesTrueAsync(async () => await StatusAsync(web, path) == HttpStatusCode.OK, path);
            }
        }

        inner.Log.ShouldNotContain("page ");
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Dashboard_ListsEverySilo_AndWhatItsGrainsDo()
    {
        await using var scene = await StartAsync("ingress,market", "web");
        await scene.BecomesTrueAsync(
            async () =>
            {
                var counters = await GetAsync(scene.Silos[1], "/dashboard/DashboardCounters");
                return counters.GetProperty("hosts").EnumerateArray().Select(host => (host.GetProperty("siloName").GetString(), host.GetProperty("status").GetString())).Order()
                        .SequenceEqual([("silo-1", "Active"), ("silo-2", "Active")])
                    && counters.GetProperty("simpleGrainStats").EnumerateArray().Any(grain =>
                        grain.GetProperty("grainType").GetString() == "OrleansMarket.Grains.Symbols.SymbolGrain" && grain.GetProperty("totalCalls").GetInt64() > 0);
            },
            "both silos and the calls of their grains");
    }

    private static async Task<PriceScene> StartAsync(params string[] roles)
    {
        var sources = await FakePriceSources.StartAsync(TimeProvider.System);
        var start = CandleInterval.OneMinute.OpenOf(Micros.From(TimeProvider.System.GetUtcNow()));
        var exchange = await FakeBinance.StartAsync(Scene.Tape(start, TimeSpan.FromMinutes(17), 1, "BTCUSDT"));
        exchange.SkipUntil(start);
        var settings = new Dictionary<string, string> { ["Prices__Assets__0"] = "BTC", ["Prices__Stream__Enabled"] = "false", ["Prices__ColdReadPatience"] = "00:00:10" };
        foreach (var source in Sources)
        {
            settings[$"Prices__{source}__Enabled"] = "true";
            settings[$"Prices__{source}__Endpoint"] = sources.Root.OriginalString;
            settings[$"Prices__{source}__PollInterval"] = source == "Coingecko" ? "01:00:00" : "00:00:01";
            settings[$"Prices__{source}__MaxAge"] = source == "Coingecko" ? "02:00:00" : "00:01:00";
            settings[$"Prices__{source}__RequestsPerSecond"] = "100";
            settings[$"Prices__{source}__Burst"] = "100";
            settings[$"Prices__{source}__Timeout"] = "00:00:20";
            sources.Set(source.ToLowerInvariant(), "USDT", 0.999m);
        }

        settings["Prices__Coingecko__Weight"] = "0.01"; // asked once: it does not follow
        var cluster = new ClusterUnderTest(exchange, ["BTCUSDT"], settings, "everysec", roles).Prepare();
        var scene = new PriceScene(sources, exchange, cluster, start);
        try
        {
            await cluster.StartAsync();
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    private static decimal Price(string json)
    {
        using var document = JsonDocument.Parse(json.Length == 0 ? "{\"price\":0}" : json);
        return document.RootElement.GetProperty("price").GetDecimal();
    }

    private static async Task<(string Quality, decimal Price)> PriceAsync(HostProcess silo)
    {
        var answer = await GetAsync(silo, "/api/btc-price");
        return (answer.GetProperty("quality").GetString()!, answer.GetProperty("price") is { ValueKind: JsonValueKind.Number } price ? price.GetDecimal() : 0);
    }

    /// <summary>When CoinGecko was last asked, as a silo tells it: the clock of the silo that asks.</summary>
    private static async Task<string?> LastAskedAsync(HostProcess silo) => (await GetAsync(silo, "/api/quality")).GetProperty("sources").EnumerateArray()
        .Single(source => source.GetProperty("source").GetString() == "coingecko").GetProperty("lastAsked").GetString();

    /// <summary>How often prices were looked up, as a silo tells it.</summary>
    private static async Task<long> CacheReadsAsync(HostProcess silo) => (await GetAsync(silo, "/api/quality")).GetProperty("caches").EnumerateArray()
        .Single(cache => cache.GetProperty("cache").GetString() == "prices").GetProperty("requests").GetInt64();

    /// <summary>Who asks the sources now: whoever did so before still tells of it.</summary>
    private static async Task<string> PollerAsync(HostProcess silo) => (await GetAsync(silo, "/jobs?limit=1")).GetProperty("jobs").EnumerateArray()
        .Where(job => job.GetProperty("job").GetString() == "prices-kraken" && job.GetProperty("runs").GetArrayLength() > 0)
        .MaxBy(job => job.GetProperty("runs")[0].GetProperty("started").GetDateTimeOffset()) is { ValueKind: JsonValueKind.Object } newest
            ? newest.GetProperty("server").GetString()!
            : "";

    private static async Task<HttpStatusCode> StatusAsync(HostProcess silo, string path)
    {
        using var http = new HttpClient { BaseAddress = silo.Url, Timeout = AnswerPatience };
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }

    private static async Task<JsonElement> GetAsync(HostProcess silo, string path)
    {
        using var http = new HttpClient { BaseAddress = silo.Url, Timeout = AnswerPatience };
        using var document = JsonDocument.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative)));
        return document.RootElement.Clone();
    }

    private sealed class PriceScene(FakePriceSources sources, FakeBinance exchange, ClusterUnderTest cluster, long startMicros) : IAsyncDisposable
    {
        public FakePriceSources Sources => sources;

        public RedisServer Redis => cluster.Redis;

        public IReadOnlyList<HostProcess> Silos => cluster.Silos;

        /// <summary>Lets trades happen up to a second of the scene.</summary>
        public Task PublishAsync(int second) => exchange.PublishUntilAsync(startMicros + (second * Micros.PerSecond));

        public Task BecomesTrueAsync(Func<Task<bool>> condition, string what) => HostPatience.BecomesTrueAsync(condition, () => what, () => cluster.Log);

        public async ValueTask DisposeAsync()
        {
            await cluster.DisposeAsync();
            await exchange.DisposeAsync();
            await sources.DisposeAsync();
        }
    }
}
