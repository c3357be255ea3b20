using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Prices;

namespace OrleansMarket.Feeds.Tests.Prices;

public class PriceServiceTests
{
    [Fact]
    public async Task AColdRead_AsksEverySourceOnce_AndTheAnswerIsTheirConsensus()
    {
        await using var bench = await PriceBench.StartAsync();
        bench.Sources.Set(PriceSourceNames.Coingecko, "USDT", 0.999m).Set(PriceSourceNames.Coinbase, "USDT", 0.999m).Set(PriceSourceNames.Kraken, "USDT", 0.999m);
        var price = await bench.GetAsync();
        Assert.Equal((PriceRule.Consensus, PriceQuality.Agreed, 6), (price.Rule, price.Quality, price.Sources.Count));
        Assert.Equal((0.999, "coingecko+coinbase+kraken"), (price.UsdtRate.Rate, price.UsdtRate.Source));
        var rows = price.Quotes.ToDictionary(row => row.Source);
        Assert.All(new[] { "binance", "okx", "bybit" }, source => Assert.Equal(("USDT", 60_000m, 59_940m), (rows[source].Currency, rows[source].Price!.Value, rows[source].PriceUsd!.Value)));
        Assert.All(new[] { "coingecko", "coinbase", "kraken" }, source => Assert.Equal(("USD", 60_000m), (rows[source].Currency, rows[source].PriceUsd!.Value)));

        // Twice the price of a day ago: +100 %, which Bybit gives as a fraction, and Kraken (whose opening price is of midnight) not at all.
        Assert.All(rows.Values.Where(row => row.Source != "kraken"), row => Assert.Equal(100, row.Change24hPercent!.Value, 9));
        Assert.Null(rows["kraken"].Change24hPercent);
        Assert.Equal((100d, 10m, 599_400m, "binance"), (price.Change24hPercent!.Value, price.Volume24h!.Value, price.VolumeUsd24h!.Value, price.Source24h));
        Assert.Equal(1, bench.Sources.RequestsOf(PriceSourceNames.Binance));
    }

    [Fact]
    public async Task AHundredCallersOnAColdCache_CauseOneRequestPerSource()
    {
        await using var bench = await PriceBench.StartAsync();
        bench.Sources.Hold();
        var callers = Enumerable.Range(0, 100).Select(_ => Task.Run(() => bench.GetAsync("ETH"))).ToArray();
        await Eventually.BecomesTrueAsync(async () => bench.Sources.Held >= 7 && await CacheAsync(bench) == (0, 100), "every source asked, and every caller has found nothing");
        bench.Sources.Release();
        Assert.All(await Task.WhenAll(callers), price => Assert.Equal(PriceRule.Consensus, price.Rule));
        Assert.All(FakePriceSources.Names.Where(name => name != PriceSourceNames.Coinbase), name => Assert.Equal(1, bench.Sources.RequestsOf(name)));

        // Coinbase has the price and the day of each asset under addresses of their own, and each is asked once.
        string[] coinbase = ["/products/ETH-USD/stats", "/products/ETH-USD/ticker", "/products/USDT-USD/stats", "/products/USDT-USD/ticker"];
        Assert.Equal(coinbase, bench.Sources.Paths.Where(path => path.StartsWith("/products", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal((0, 100), await CacheAsync(bench));

        await bench.GetAsync("ETH");
        Assert.Equal((1, 100), await CacheAsync(bench));
        Assert.Equal(1, bench.Sources.RequestsOf(PriceSourceNames.Kraken));
    }

    [Fact]
    public async Task WhoeverComesWhileSourcesAreAsked_WaitsForAllOfThemToo()
    {
        await using var bench = await PriceBench.StartAsync();
        bench.Sources.Break(PriceSourceNames.Kraken, PriceFault.Hang);
        var first = bench.GetAsync();
        await Eventually.BecomesTrueAsync(async () => bench.Sources.Hanging == 1 && (await bench.Prices.DescribeAsync(default)).Sources.Count(source => source.LastAnswered is not null) == 5, "five answers");
        var second = bench.GetAsync();
        Assert.False(second.IsCompleted);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([5, 5], (await Task.WhenAll(first, second)).Select(price => price.Sources.Count));
        Assert.Equal(5, (await bench.GetAsync()).Sources.Count);
    }

    [Fact]
    public async Task ASlowSource_IsWaitedForOneSecond_AndSlowsNobodyElse()
    {
        await using var bench = await PriceBench.StartAsync();
        bench.Sources.Break(PriceSourceNames.Kraken, PriceFault.Hang);
        var asking = bench.GetAsync();
        await Eventually.BecomesTrueAsync(async () => bench.Sources.Hanging == 1 && (await bench.Prices.DescribeAsync(default)).Sources.Count(source => source.LastAnswered is not null) == 5, "five answers");
        Assert.False(asking.IsCompleted);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        var price = await asking;
        Assert.Equal((PriceQuality.Agreed, 5), (price.Quality, price.Sources.Count));
        Assert.Equal("not asked yet", price.Quotes.Single(row => row.Source == "kraken").Reason);

        bench.Clock.Advance(TimeSpan.FromSeconds(2));
        await Eventually.BecomesTrueAsync(async () => (await bench.StatusAsync("kraken")).State == PriceSourceState.Failing, "the timeout counts");
        Assert.Equal("kraken: no answer within 3 s", (await bench.StatusAsync("kraken")).Error);
    }

    [Fact]
    public async Task EverythingDown_IsAnsweredWithTheLastKnownPriceAndItsAge_AndWhoFailed()
    {
        await using var bench = await PriceBench.StartAsync(PriceBench.Patient);
        await bench.GetAsync();
        foreach (var name in FakePriceSources.Names)
        {
            bench.Sources.Break(name, PriceFault.ServerError);
        }

        bench.Clock.Advance(TimeSpan.FromMinutes(10));
        await bench.GetPatientlyAsync();
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                bench.Clock.Advance(PriceBench.Step);
                return (await bench.Prices.DescribeAsync(default)).Sources.All(source => source.State == PriceSourceState.Failing);
            },
            "every source failing");
        var price = await bench.GetPatientlyAsync();
        Assert.Equal((PriceRule.LastKnown, PriceQuality.Stale, 60_000m), (price.Rule, price.Quality, price.Price!.Value));
        Assert.Equal(600_000d, price.AgeMs!.Value, 60_000d);
        Assert.All(price.Quotes, row => Assert.Equal(PriceExclusion.TooOld, row.Excluded));
        Assert.Contains("HTTP 500", price.Quotes.Single(row => row.Source == PriceSourceNames.Kraken).Reason, StringComparison.Ordinal);
    }

    /// <summary>Falls back per asset: what one source lacks is taken from the next.</summary>
    [Fact]
    public async Task Fallback_GoesByAsset_BinanceThenCoingeckoThenExchangesThenLastKnown()
    {
        await using var bench = await PriceBench.StartAsync();
        foreach (var name in FakePriceSources.Names)
        {
            bench.Sources.Remove(name, "ETH");
        }

        (string Source, PriceRule Rule)[] order = [(PriceSourceNames.Binance, PriceRule.Binance), (PriceSourceNames.Coingecko, PriceRule.Coingecko), (PriceSourceNames.Okx, PriceRule.Exchange)];
        foreach (var (source, rule) in order)
        {
            bench.Sources.Set(source, "ETH", 3_000);
            var prices = await bench.Prices.GetAsync(["BTC", "ETH"], default);
            Assert.Equal((PriceRule.Consensus, rule, PriceQuality.SingleSource, source), (prices[0].Rule, prices[1].Rule, prices[1].Quality, prices[1].Source));
            bench.Sources.Remove(source, "ETH");

            // Beyond the hour for which a source is believed not to list an asset.
            bench.Clock.Advance(TimeSpan.FromMinutes(61));
        }

        Assert.Equal((PriceRule.LastKnown, "okx"), ((await bench.GetAsync("ETH")).Rule, (await bench.GetAsync("ETH")).Source));
    }

    [Fact]
    public async Task AnUnknownAsset_IsAskedOnce_AndNobodyElseSuffers()
    {
        await using var bench = await PriceBench.StartAsync();
        var prices = await bench.Prices.GetAsync(["BTC", "NOSUCH"], default);
        Assert.Equal((PriceRule.Consensus, 6, PriceQuality.Missing), (prices[0].Rule, prices[0].Sources.Count, prices[1].Quality));
        Assert.All(prices[1].Quotes, row => Assert.Equal("does not list NOSUCH", row.Reason));
        var before = FakePriceSources.Names.Sum(bench.Sources.RequestsOf);
        bench.Clock.Advance(TimeSpan.FromSeconds(30));
        await bench.GetAsync("NOSUCH");
        Assert.DoesNotContain(bench.Sources.Paths.Skip(before), path => path.Contains("NOSUCH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MoreAssetsThanAllowed_AreAnsweredWithoutAskingAnybody()
    {
        await using var bench = await PriceBench.StartAsync(("Prices:MostWatched", "7"), ("Prices:Assets:0", "BTC"));
        for (var i = 0; i < 20; i++)
        {
            await bench.GetAsync($"X{i}");
        }

        var asked = bench.Sources.Paths.SelectMany(path => Enumerable.Range(0, 20).Where(i => path.Contains($"X{i}USD", StringComparison.Ordinal) || path.Contains($"X{i}-USD", StringComparison.Ordinal))).Distinct();
        Assert.Equal([0, 1, 2, 3, 4], asked.Order());
    }

    [Fact]
    public async Task RunAsync_PollsEachSourceAtItsOwnPace_ShowsKeepsAndReportsEveryRun()
    {
        var (store, listener) = (new MemoryStore(), new Listener());
        await using var bench = await PriceBench.StartAsync(store, listener, null, ("Prices:Assets:0", "BTC"));
        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => bench.Prices.RunAsync(stop.Token));
        var polled = FakePriceSources.Names.ToDictionary(name => $"prices-{name}", _ => 1L);
        (polled["prices-show"], polled["market_data.fetch_btc_price_realtime"]) = (0, 0);

        // A clock that moves before all of them wait for it is one that some of them have not seen move.
        await Eventually.BecomesTrueAsync(() => IsDone() && bench.Clock.WaitingTimers == polled.Count, "a first answer of each source");
        for (var second = 1; second <= 20; second++)
        {
            // Each step ends when those who are due have answered: a clock that runs ahead would time them out.
            bench.Clock.Advance(TimeSpan.FromSeconds(1));
            foreach (var name in FakePriceSources.Names.Where(name => second % (name == PriceSourceNames.Binance ? 5 : name == PriceSourceNames.Coingecko ? 60 : 10) == 0))
            {
                polled[$"prices-{name}"]++;
            }

            (polled["prices-show"], polled["market_data.fetch_btc_price_realtime"]) = (second, second / 5);
            await Eventually.BecomesTrueAsync(IsDone, $"the rounds of second {second}");
        }

        Assert.False(listener.Heard.IsEmpty);
        Assert.All(bench.Jobs.Describe(100), job => Assert.Equal(0, job.Failed));
        Assert.Equal(1, bench.Sources.RequestsOf(PriceSourceNames.Coingecko));
        Assert.Equal(5, bench.Sources.RequestsOf(PriceSourceNames.Binance));
        bench.Observe();
        Assert.Equal(60_000, bench.Measured("btc_price_current_usd", ("source", "kraken")));
        Assert.Equal(100, bench.Measured("btc_price_change_24h_percent", ("source", "binance")));
        Assert.Equal(5, bench.Measured("btc_api_calls", ("status", "success"), ("source", "binance")));
        Assert.Equal(60_000m, store.Saved["BTC"].Price);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        bool IsDone()
        {
            var done = bench.Jobs.Describe(100).ToDictionary(job => job.Job, job => job.Succeeded);
            return polled.All(job => done.GetValueOrDefault(job.Key) == job.Value);
        }
    }

    [Fact]
    public async Task RunAsync_EndsWithTheFailureOfAnyOfItsLoops()
    {
        await using var bench = await PriceBench.StartAsync(null, new FailingListener(), null, PriceBench.Patient);
        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => bench.Prices.RunAsync(stop.Token));
        await Eventually.BecomesTrueAsync(
            () =>
            {
                bench.Clock.Advance(PriceBench.Step);
                return running.IsCompleted;
            },
            "the end of the run");
        Assert.Equal("the listener is broken", (await Assert.ThrowsAsync<InvalidOperationException>(() => running)).Message);
    }

    [Fact]
    public async Task AnAssetAskedForBeforeItsSymbolIsFollowed_IsWatchedOnce()
    {
        await using var bench = await PriceBench.StartAsync(("Prices:Assets:0", "BTC"));
        await bench.GetAsync("ETH");
        bench.Prices.Follow([new SymbolSpec(new Symbol("ETHUSDT"), 2, 5) { BaseAsset = "ETH", QuoteAsset = "USDT" }]);
        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => bench.Prices.RunAsync(stop.Token));
        await Eventually.BecomesTrueAsync(
            () =>
            {
                bench.Clock.Advance(PriceBench.Step);
                return running.IsCompleted || bench.Jobs.Describe(1).Any(job => job is { Job: "prices-show", Succeeded: > 1 });
            },
            "prices shown");
        Assert.False(running.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task LastKnownPrices_OutliveTheProcess()
    {
        var store = new MemoryStore();
        store.Saved["BTC"] = new LastKnownPrice("BTC", 55_000, new DateTimeOffset(2025, 12, 31, 0, 0, 0, TimeSpan.Zero), "okx");
        await using var bench = await PriceBench.StartAsync(store, null, null);
        foreach (var name in FakePriceSources.Names)
        {
            bench.Sources.Break(name, PriceFault.Reset);
        }

        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => bench.Prices.RunAsync(stop.Token));
        await Eventually.BecomesTrueAsync(async () => (await bench.GetPatientlyAsync()).Rule == PriceRule.LastKnown, "the price of the run before");
        Assert.Equal(86_400_000d, (await bench.GetPatientlyAsync()).AgeMs!.Value, 60_000d);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static async Task<(long Hits, long Misses)> CacheAsync(PriceBench bench) =>
        (await bench.Prices.DescribeAsync(default)).Caches.Where(cache => cache.Cache == CacheCounters.Prices).Select(cache => (cache.Hits, cache.Misses)).Single();

    private sealed class MemoryStore : IPriceStore
    {
        public System.Collections.Concurrent.ConcurrentDictionary<string, LastKnownPrice> Saved { get; } = new();

        public Task<IReadOnlyList<LastKnownPrice>> LoadAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<LastKnownPrice>>([.. Saved.Values]);

        public Task SaveAsync(IReadOnlyCollection<LastKnownPrice> prices, CancellationToken cancellationToken)
        {
            foreach (var price in prices)
            {
                Saved[price.Asset] = price;
            }

            return Task.CompletedTask;
        }
    }

    private sealed class FailingListener : IPriceListener
    {
        public void OnPrice(AssetPrice price) => throw new InvalidOperationException("the listener is broken");
    }

    private sealed class Listener : IPriceListener
    {
        public System.Collections.Concurrent.ConcurrentQueue<AssetPrice> Heard { get; } = new();

        public void OnPrice(AssetPrice price) => Heard.Enqueue(price);
    }
}
