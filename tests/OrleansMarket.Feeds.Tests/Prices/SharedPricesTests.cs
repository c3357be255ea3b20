using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Prices;

namespace OrleansMarket.Feeds.Tests.Prices;

/// <summary>A process among several that share prices.</summary>
public class SharedPricesTests
{
    [Fact]
    public async Task WhatTheCacheHas_IsAHit_AndNobodyIsAsked()
    {
        await using var poller = await PriceBench.StartAsync();
        var shared = new Shared { Cache = [.. await poller.Prices.AskAsync(["BTC"], default)] };
        await using var bench = await StartAsync(shared);
        var price = await bench.GetAsync();
        Assert.Equal((PriceRule.Consensus, 60_000m, 6), (price.Rule, price.Price!.Value, price.Sources.Count));
        Assert.Equal((0, 0), (shared.Asked, FakePriceSources.Names.Sum(bench.Sources.RequestsOf)));
        Assert.Equal(new CacheCount("prices", 1, 0), bench.Prices.Describe().Caches.Single());
    }

    [Fact]
    public async Task HitsAndMisses_AreThoseOfAllProcesses_AndWhoDidNotSayIsNamed()
    {
        var shared = new Shared { Counts = new(CacheCount.Sum([new("prices", 7, 2), new("portfolio", 1, 1), new("prices", 3, 0)]), ["silo-3"]) };
        await using var bench = await StartAsync(shared);
        var status = await bench.Prices.DescribeAsync(default);
        Assert.Equal([new CacheCount("portfolio", 1, 1), new CacheCount("prices", 10, 2)], status.Caches);
        Assert.Equal(["silo-3"], status.Silent);
    }

    [Fact]
    public async Task WhatTheCacheHasNot_IsAskedOfTheOneWhoAsksForAll_AndWithoutThatOneOfTheSources()
    {
        await using var poller = await PriceBench.StartAsync();
        var shared = new Shared { Answer = [.. await poller.Prices.AskAsync(["BTC"], default)] };
        await using var bench = await StartAsync(shared);
        Assert.Equal(60_000m, (await bench.GetAsync()).Price);
        Assert.Equal((1, 0), (shared.Asked, FakePriceSources.Names.Sum(bench.Sources.RequestsOf)));

        (shared.Answer, shared.Cache) = (null, []);
        bench.Sources.Set("ETH", 3_100);
        Assert.Equal((PriceRule.Consensus, 3_100m), ((await bench.GetAsync("ETH")).Rule, (await bench.GetAsync("ETH")).Price!.Value));
        Assert.Equal(1, bench.Sources.RequestsOf(PriceSourceNames.Kraken));
    }

    [Fact]
    public async Task Hearing_KeepsWhatIsWatchedHere_AndNothingElse()
    {
        await using var poller = await PriceBench.StartAsync();
        var shared = new Shared();
        await using var bench = await StartAsync(shared);
        bench.Prices.Take(await poller.Prices.AskAsync(["BTC", "DOGE"], default));
        shared.Answer = [];
        Assert.Equal(60_000m, (await bench.GetAsync()).Price);
        Assert.Equal(PriceQuality.Missing, (await bench.GetAsync("DOGE")).Quality);

        // A word of before never replaces a newer one.
        var before = await poller.Prices.AskAsync(["BTC"], default);
        poller.Clock.Advance(TimeSpan.FromSeconds(10));
        bench.Clock.Advance(TimeSpan.FromSeconds(10));
        poller.Sources.Set("BTC", 61_000);
        bench.Prices.Take(await poller.Prices.AskAsync(["BTC"], default));
        bench.Prices.Take(before);
        Assert.Equal(61_000m, (await bench.GetAsync()).Price);
    }

    [Fact]
    public async Task Sharing_TellsOfNewsAtOnce_RepeatsBeforeTheCacheForgets_AndTriesAgainAfterAFailure()
    {
        var shared = new Shared();
        await using var bench = await PriceBench.StartAsync(null, null, null, shared, [("Prices:Assets:0", "BTC"), ("Prices:FreshFor", "00:01:00")]);
        await bench.Prices.AskAsync(["BTC"], default);
        var share = bench.Prices.Jobs.Single(job => job.Name == "prices-share");

        shared.IsAway = true;
        var outcome = new JobOutcome();
        await share.RunAsync(outcome, default);
        Assert.Equal("the cache is away", outcome.Error);

        shared.IsAway = false;
        await share.RunAsync(new JobOutcome(), default);
        Assert.Equal([("BTC", true), ("USDT", true)], shared.Take());
        await share.RunAsync(new JobOutcome(), default);
        Assert.Empty(shared.Take());
        bench.Clock.Advance(TimeSpan.FromSeconds(30));
        await share.RunAsync(new JobOutcome(), default);
        Assert.Equal([("BTC", false), ("USDT", false)], shared.Take());
    }

    [Fact]
    public async Task Sharing_ForgetsWhatIsNotWatchedAnyMore()
    {
        var shared = new Shared();
        await using var bench = await StartAsync(shared);
        var share = bench.Prices.Jobs.Single(job => job.Name == "prices-share");
        await bench.Prices.AskAsync(["NOPE"], default);
        await share.RunAsync(new JobOutcome(), default);
        Assert.Contains(("NOPE", true), shared.Take());

        bench.Clock.Advance(TimeSpan.FromMinutes(11));
        await share.RunAsync(new JobOutcome(), default);
        Assert.DoesNotContain(shared.Take(), told => told.Asset == "NOPE");

        // Somebody asks for it again: whoever listens has forgotten it too.
        await bench.Prices.AskAsync(["NOPE"], default);
        await share.RunAsync(new JobOutcome(), default);
        Assert.Contains(("NOPE", true), shared.Take());
    }

    [Fact]
    public async Task WhatComesAfterAnAssetWasForgotten_IsNotKept()
    {
        await using var bench = await PriceBench.StartAsync(null, null, null, new Shared(), [("Prices:Assets:0", "BTC"), ("Prices:WatchFor", "00:00:01")]);
        bench.Sources.Break(PriceSourceNames.Kraken, PriceFault.Hang);
        var asking = bench.Prices.AskAsync(["ETH"], default);
        await Eventually.BecomesTrueAsync(async () => bench.Sources.Hanging == 1 && (await bench.Prices.DescribeAsync(default)).Sources.Count(source => source.LastAnswered is not null) == 5, "five answers");
        bench.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.NotEmpty((await asking).Single(basis => basis.Asset == "ETH").Readings);

        // Nobody watches it any more, and only then Kraken fails.
        await bench.Prices.Jobs.Single(job => job.Name == "prices-share").RunAsync(new JobOutcome(), default);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.BecomesTrueAsync(async () => (await bench.StatusAsync(PriceSourceNames.Kraken)).State == PriceSourceState.Failing, "the timeout counts");

        foreach (var source in FakePriceSources.Names)
        {
            bench.Sources.Break(source, PriceFault.Hang);
        }

        asking = bench.Prices.AskAsync(["ETH"], default);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty((await asking).Single(basis => basis.Asset == "ETH").Readings);
    }

    private static Task<PriceBench> StartAsync(Shared shared) => PriceBench.StartAsync(null, null, null, shared, [("Prices:Assets:0", "BTC"), ("Prices:FreshFor", "00:01:00")]);

    private sealed class Shared : ISharedPrices
    {
        private readonly List<SharedPrice> _told = [];

        public IReadOnlyList<PriceBasis> Cache { get; set; } = [];

        public IReadOnlyList<PriceBasis>? Answer { get; set; }

        public CacheCounts Counts { get; set; } = new([], []);

        public bool IsAway { get; set; }

        public int Asked { get; private set; }

        public Task<IReadOnlyList<PriceBasis>> ReadAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken) => Task.FromResult(Cache);

        public Task<IReadOnlyList<PriceBasis>?> AskAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
        {
            Asked += Answer is null ? 0 : 1;
            return Task.FromResult(Answer);
        }

        public Task<PriceStatus?> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult<PriceStatus?>(null);

        public Task<CacheCounts> CountCachesAsync(CancellationToken cancellationToken) => Task.FromResult(Counts);

        public Task PublishAsync(IReadOnlyList<SharedPrice> prices, CancellationToken cancellationToken)
        {
            if (IsAway)
            {
                throw new IOException("the cache is away");
            }

            _told.AddRange(prices);
            return Task.CompletedTask;
        }

        public (string Asset, bool IsNews)[] Take()
        {
            var told = _told.Select(price => (price.Price.Asset, price.IsNews)).Order().ToArray();
            _told.Clear();
            return told;
        }
    }
}
