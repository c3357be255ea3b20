using System.Text.Json;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Silo.Redis;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Redis;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Redis;

/// <summary>Prices on a real Redis, read by its own command line.</summary>
public sealed class RedisPriceTests
{
    private static readonly FeedSource Live = new(FeedKind.Live, "binance");
    private static readonly PriceSourceProfile Kraken = new("kraken", "kraken", PriceRule.Exchange, 1, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(3));
    private static readonly PriceSourceProfile Okx = Kraken with { Name = "okx", Venue = "okx" };

    private readonly ManualTimeProvider _clock = new();

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Write_PutsPricesWhereAnybodyFindsThem_ForAMinute_AndTellsOfNews()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        var cli = new RedisCli(bench.Server);
        using var bitcoin = await cli.SubscribeAsync("btc_price_updates");
        using var all = await cli.SubscribeAsync("price_updates");
        var cache = Cache(bench);
        await cache.WriteAsync([Share("BTC", 61_824.700000001m, isNews: true), Share("ETH", 3_000, isNews: true)], default);

        using var latest = JsonDocument.Parse(await cli.AskAsync("GET", "btc_price:latest"));
        latest.RootElement.GetProperty("price").GetDecimal().ShouldBe(61_824.700000001m);
        latest.RootElement.GetProperty("source").GetString().ShouldBe("kraken");
        latest.RootElement.GetProperty("quality").GetString().ShouldBe("agreed");
        latest.RootElement.GetProperty("asOf").GetDateTimeOffset().ShouldBe(_clock.GetUtcNow());
        foreach (var name in (string[])["change24h", "change24hPercent", "volume24h", "latencyMs", "time", "ageMs", "isStale"])
        {
            latest.RootElement.TryGetProperty(name, out _).ShouldBeTrue(name);
        }

        using var eth = JsonDocument.Parse(await cli.AskAsync("GET", "price:ETH"));
        (eth.RootElement.GetProperty("asset").GetString(), eth.RootElement.GetProperty("price").GetDecimal()).ShouldBe(("ETH", 3_000m));
        foreach (var key in (string[])["price:BTC", "price:ETH", "btc_price:latest"])
        {
            int.Parse(await cli.AskAsync("TTL", key), System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(1, 60, key);
        }

        (await bitcoin.NextAsync()).ShouldBe(await cli.AskAsync("GET", "btc_price:latest"));
        var told = new List<string> { await all.NextAsync(), await all.NextAsync() };
        told.ShouldBe([await cli.AskAsync("GET", "price:BTC"), await cli.AskAsync("GET", "price:ETH")], ignoreOrder: true);

        // What has not changed is kept, and told to nobody; what is no longer fresh is neither found nor taken for the latest.
        await cache.WriteAsync([Share("BTC", 61_824.700000001m, isNews: false)], default);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await cache.WriteAsync([Share("BTC", 61_824.700000001m, isNews: true, old: TimeSpan.FromMinutes(2))], default);
        (await cli.AskAsync("EXISTS", "price:BTC", "btc_price:latest")).ShouldBe("0");
        using var stale = JsonDocument.Parse(await bitcoin.NextAsync());
        (stale.RootElement.GetProperty("isStale").GetBoolean(), stale.RootElement.GetProperty("ageMs").GetInt64()).ShouldBe((true, 120_000));
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Read_GivesOtherSilosWhatTheyDecideTheSameFrom_AtAnyLaterTime()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        var (book, here) = (Book("BTC", 60_000), Cache(bench));
        await here.WriteAsync([Share(book, "BTC", isNews: true)], default);

        var there = new PriceBook([Kraken, Okx], 0.01);
        foreach (var basis in await here.ReadAsync(["BTC", "DOGE"], default))
        {
            there.Take(basis);
        }

        foreach (var seconds in (int[])[0, 10, 59, 61])
        {
            var now = _clock.GetUtcNow().AddSeconds(seconds);
            JsonSerializer.Serialize(there.Decide("BTC", now)).ShouldBe(JsonSerializer.Serialize(book.Decide("BTC", now)));
        }

        there.Decide("BTC", _clock.GetUtcNow().AddSeconds(61)).Quality.ShouldBe(PriceQuality.Stale);
        await bench.Store.Database.StringSetAsync("price:BTC", "{ not ours");
        await bench.Store.Database.StringSetAsync("price:ETH", "{\"price\": 5}");
        (await here.ReadAsync(["BTC", "ETH"], default)).ShouldBeEmpty();
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task ServerAway_IsSaidAtOnce_AndHeardOfAgainWhenItIsBack()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        var cache = Cache(bench);
        List<string> heard = [];
        await cache.SubscribeAsync(basis => heard.Add(basis.Asset));
        await bench.Server.StopAsync();
        await Eventually.BecomesTrueAsync(() => !bench.Store.Connection.IsConnected, "the connection is seen to be lost");
        (await cache.ReadAsync(["BTC"], default)).ShouldBeEmpty();
        (await Should.ThrowAsync<IOException>(() => cache.WriteAsync([Share("BTC", 1, isNews: true)], default))).Message.ShouldStartWith("expected Redis to take prices, found that it is away");

        await bench.Server.StartAsync();
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                try
                {
                    await cache.WriteAsync([Share("BTC", 60_000, isNews: true)], default);
                }
                catch (IOException)
                {
                    // Not yet.
                }

                return heard.Count > 0;
            },
            "a price heard on the connection that came back", TimeSpan.FromSeconds(60), TimeSpan.FromMilliseconds(100));
        (await cache.ReadAsync(["BTC"], default)).Select(basis => basis.Asset).ShouldBe(["BTC"]);
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task LastKnownPrices_NeverExpire_AndAnOlderOneNeverReplacesANewerOne()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        var store = new RedisPriceStore(bench.Store, new PriceKeys(PriceKeys.StandardService, FeedKind.Live));
        (await store.LoadAsync(default)).ShouldBeEmpty();
        var (older, newer) = (new LastKnownPrice("BTC", 1.000000000001m, _clock.GetUtcNow(), "okx"), new LastKnownPrice("BTC", 60_000.12345678m, _clock.GetUtcNow().AddTicks(10), "kraken"));
        await store.SaveAsync([older, new LastKnownPrice("ETH", 3_000, _clock.GetUtcNow(), "okx")], default);
        await store.SaveAsync([newer], default);
        await store.SaveAsync([older], default);

        (await store.LoadAsync(default)).ShouldBe([newer, new LastKnownPrice("ETH", 3_000, _clock.GetUtcNow(), "okx")]);
        var cli = new RedisCli(bench.Server);
        (await cli.AskAsync("TTL", "price:last")).ShouldBe("-1");
        (await cli.AskAsync("HGET", "price:last", "BTC")).ShouldContain("60000.12345678");
    }

    [Theory]
    [InlineData("orleans-market", FeedKind.Live, "price:BTC", "btc_price:latest", "btc_price_updates")]
    [InlineData("orleans-market", FeedKind.Simulated, "simulated:price:BTC", "simulated:btc_price:latest", "simulated:btc_price_updates")]
    [InlineData("other", FeedKind.Live, "other:price:BTC", "other:btc_price:latest", "other:btc_price_updates")]
    public void Keys_OfWhatIsNotReal_LieApart(string service, FeedKind feed, string price, string bitcoin, string channel)
    {
        var keys = new PriceKeys(service, feed);

        ((string?)keys.Of("BTC"), (string?)keys.Bitcoin, (string?)keys.BitcoinUpdates).ShouldBe((price, bitcoin, channel));
    }

    private RedisPriceCache Cache(RedisStoreBench bench) =>
        new(bench.Store, new PriceKeys(PriceKeys.StandardService, Live.Kind), Live, TimeSpan.FromSeconds(60), _clock);

    private SharedPrice Share(string asset, decimal price, bool isNews, TimeSpan old = default) => Share(Book(asset, price, old), asset, isNews);

    private SharedPrice Share(PriceBook book, string asset, bool isNews) => new(book.Decide(asset, _clock.GetUtcNow()), book.Describe(asset), isNews);

    /// <summary>What two sources said of an asset.</summary>
    private PriceBook Book(string asset, decimal price, TimeSpan old = default)
    {
        var (book, time) = (new PriceBook([Kraken, Okx], 0.01), _clock.GetUtcNow() - old);
        foreach (var source in (PriceSourceProfile[])[Kraken, Okx])
        {
            book.Take(source, new PriceAnswer([new PriceQuote { Asset = asset, Source = source.Name, Currency = "USD", Price = price, Time = time, Received = time, Latency = TimeSpan.FromMilliseconds(120) }], new Dictionary<string, string>()), time);
        }

        book.Decide(asset, time);
        return book;
    }
}
