using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Silo.Redis;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Alerts;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Redis;

/// <summary>Each store on Redis answers what the same store in the database answers, whatever was done to both.</summary>
public sealed class RedisStoreTests
{
    private static readonly SymbolSpec Btc = new(new Symbol("BTCUSDT"), 2, 5);
    private static readonly SymbolSpec Eth = new(new Symbol("ETHUSDT"), 3, 4);

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Candles_EqualThoseOfTheDatabase()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        var (real, model) = (new RedisCandleStore(bench.Store, bench.Retention, bench.Clock), new SqliteCandleStore(bench.Database));
        var random = new Random(1);
        var start = Micros.From(RedisStoreBench.Now.AddDays(-3));
        var read = 0;
        for (var round = 0; round < 150; round++)
        {
            var interval = CandleInterval.All[random.Next(CandleInterval.All.Count)];
            var candles = Enumerable.Range(0, random.Next(1, 40)).Select(_ => AnyCandle(random, interval, start)).ToList();
            var spec = round < 75 ? Btc : Btc.WithAtLeast(4, 6);
            await model.AppendAsync(spec, candles, default);
            await real.AppendAsync(spec, candles, default);

            var wanted = Btc.WithAtLeast(4, 6);
            var (from, to, limit) = (start + random.NextInt64(3 * Micros.PerDay), start + random.NextInt64(5 * Micros.PerDay), random.Next(1, 200));
            var expected = await model.ReadAsync(wanted, interval, from, to, limit, default);
            (await real.ReadAsync(wanted, interval, from, to, limit, default)).ShouldBe(expected);
            (await real.ReadNewestAsync(wanted, interval, to, limit, default)).ShouldBe(await model.ReadNewestAsync(wanted, interval, to, limit, default));
            (await real.ReadNewestAsync(wanted, interval, long.MaxValue, 3, default)).ShouldBe(await model.ReadNewestAsync(wanted, interval, long.MaxValue, 3, default));
            read += expected.Count;
        }

        foreach (var interval in CandleInterval.All)
        {
            var all = await model.ReadAsync(Btc.WithAtLeast(4, 6), interval, 0, long.MaxValue, 5_000, default);
            (await real.ReadAsync(Btc.WithAtLeast(4, 6), interval, 0, long.MaxValue, 5_000, default)).ShouldBe(all);
            read += all.Count;
        }

        read.ShouldBeGreaterThan(1_000);
        (await real.ReadAsync(Eth, CandleInterval.OneMinute, 0, long.MaxValue, 10, default)).ShouldBeEmpty();
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Candles_KeepEveryDigitAtTheExtremes()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        var store = new RedisCandleStore(bench.Store, bench.Retention, bench.Clock);
        var spec = new SymbolSpec(Btc.Symbol, 8, 8);
        var candle = AnyCandle(new Random(2), CandleInterval.OneMinute, Micros.From(RedisStoreBench.Now)) with
        {
            Open = long.MaxValue,
            High = long.MaxValue,
            Low = 1,
            Volume = Int128.MaxValue,
            QuoteVolume = Int128.MaxValue - 1,
            TakerBuyVolume = (Int128)long.MaxValue + 1,
            TradeCount = long.MaxValue,
            FirstId = -1,
            LastId = long.MaxValue - 1,
            MissingIds = long.MaxValue,
            Revision = int.MaxValue,
            Flags = (CandleFlags)63,
        };

        await store.AppendAsync(spec, [candle], default);

        (await store.ReadNewestAsync(spec, CandleInterval.OneMinute, long.MaxValue, 1, default)).ShouldBe([candle]);
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Candles_GoWhenTheyAreOlderThanTheRetention()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        bench.Retention.Value.OneSecondCandles = TimeSpan.FromHours(2);
        var store = new RedisCandleStore(bench.Store, bench.Retention, bench.Clock);
        await store.AppendAsync(Btc, [AnyCandle(new Random(3), CandleInterval.OneSecond, 0) with { OpenTimeMicros = Micros.From(RedisStoreBench.Now) }], default);

        var expiry = await bench.Store.Database.KeyExpireTimeAsync(bench.Store.Key("BTCUSDT", $"candles/1s/{RedisStoreBench.Now:yyyyMMdd}"));

        // The day ends, then two hours pass.
        expiry.ShouldBe(RedisStoreBench.Now.UtcDateTime.Date.AddHours(26));
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Candles_ThatHaveGone_AreNotLookedForAnyMore()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        var store = new RedisCandleStore(bench.Store, bench.Retention, bench.Clock);
        var candle = AnyCandle(new Random(4), CandleInterval.OneSecond, 0);
        await store.AppendAsync(Btc, [candle with { OpenTimeMicros = Micros.From(RedisStoreBench.Now) }], default);
        await store.AppendAsync(Btc, [candle with { OpenTimeMicros = Micros.From(RedisStoreBench.Now.AddDays(1)) }], default);

        // The first day has gone, as the server does it when its time is up; the second is old, but still there.
        await bench.Store.Database.KeyDeleteAsync(bench.Store.Key("BTCUSDT", $"candles/1s/{RedisStoreBench.Now:yyyyMMdd}"));
        bench.Clock.Advance(TimeSpan.FromDays(4));
        await store.AppendAsync(Btc, [candle with { OpenTimeMicros = Micros.From(RedisStoreBench.Now.AddDays(4)) }], default);

        var parts = await bench.Store.Database.SortedSetRangeByRankAsync(bench.Store.Key("BTCUSDT", "candles/1s"));
        parts.Select(part => part.ToString()).ShouldBe([$"{RedisStoreBench.Now.AddDays(1):yyyyMMdd}", $"{RedisStoreBench.Now.AddDays(4):yyyyMMdd}"]);
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Whales_EqualThoseOfTheDatabase()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        var (real, model) = (new RedisWhaleStore(bench.Store, bench.Retention, bench.Clock), new SqliteWhaleStore(bench.Database));
        var random = new Random(4);

        // One symbol, then the other: the database breaks ties of time by the order in which it came to know them.
        foreach (var spec in (SymbolSpec[])[Btc, Eth])
        {
            for (var round = 0; round < 60; round++)
            {
                var first = random.NextInt64(0, 600);
                Sweep[] sweeps = [AnySweep(random, first), AnySweep(random, first + 30)];
                await model.AppendAsync(spec, sweeps, default);
                await real.AppendAsync(spec, sweeps, default);
            }
        }

        foreach (var query in (WhaleQuery[])
        [
            new(null, null, null, null, 7), new(Btc.Symbol, null, null, null, 5), new(null, RedisStoreBench.Now.AddSeconds(-200), RedisStoreBench.Now.AddSeconds(-100), null, 10),
            new(null, null, null, 500_000m, 3), new(new Symbol("NOPEUSDT"), null, null, null, 3),
        ])
        {
            (await AllAsync(real, query)).ShouldBe(await AllAsync(model, query));
        }

        await Should.ThrowAsync<FormatException>(() => real.ReadAsync(new WhaleQuery(null, null, null, null, 1, "nonsense"), default));

        static async Task<List<WhaleView>> AllAsync(IWhaleStore store, WhaleQuery query)
        {
            List<WhaleView> all = [];
            string? cursor = null;
            do
            {
                var page = await store.ReadAsync(query with { Before = cursor }, default);
                page.Whales.Count.ShouldBeLessThanOrEqualTo(query.Limit);
                all.AddRange(page.Whales);
                cursor = page.Next;
            }
            while (cursor is not null);
            return all;
        }
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Gaps_EqualThoseOfTheDatabase()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        var (real, model) = (new RedisGapStore(bench.Store, bench.Retention, bench.Clock), new SqliteGapStore(bench.Database));
        var random = new Random(5);
        var number = 0;
        for (var round = 0; round < 60; round++)
        {
            var symbol = random.Next(2) == 0 ? Btc.Symbol : Eth.Symbol;
            GapView[] open = [.. Enumerable.Range(0, random.Next(3)).Select(_ => AnyGap(++number, symbol, GapState.Open))];
            GapView[] closed = [.. Enumerable.Range(0, random.Next(2)).Select(_ => AnyGap(++number, symbol, GapState.Repaired))];
            await model.SaveAsync(symbol, open, closed, default);
            await real.SaveAsync(symbol, open, closed, default);

            (await real.ReadAsync(null, 20, default)).ShouldBe(await model.ReadAsync(null, 20, default));
            (await real.ReadAsync(symbol, 3, default)).ShouldBe(await model.ReadAsync(symbol, 3, default));
        }
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Alerts_EqualThoseOfTheDatabase()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        var (real, model) = (new RedisAlertStore(bench.Store), new SqliteAlertStore(bench.Database));
        for (var round = 0; round < 300; round++)
        {
            var now = RedisStoreBench.Now.AddMinutes(round);
            foreach (var store in new IAlertStore[] { model, real })
            {
                await AlertStoreUse.ActAsync(store, new Random(1_000 + round), now);
            }

            foreach (var (expected, found) in (await AlertStoreUse.ReadAsync(model, new Random(round), now)).Zip(await AlertStoreUse.ReadAsync(real, new Random(round), now)))
            {
                found.ShouldBe(expected, $"round {round}");
            }
        }
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task DeadLetters_EqualThoseOfTheDatabase()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        var (real, model) = (new RedisDeadLetterStore(bench.Store, bench.Retention, bench.Instruments, bench.Clock), new SqliteDeadLetterStore(bench.Database, bench.Retention));
        var random = new Random(6);
        for (var round = 0; round < 60; round++)
        {
            var letters = Enumerable.Range(0, random.Next(1, 4)).Select(_ => AnyLetter(random)).ToList();
            var (id, reason) = (random.Next(1, 60), (DeadLetterReason)random.Next(4));
            foreach (var store in new IDeadLetterStore[] { model, real })
            {
                await store.AppendAsync(letters, default);
                await store.MarkAttemptAsync(id, "still wrong", default);
            }

            (await real.RemoveAsync([id + 1, id + 2], default)).ShouldBe(await model.RemoveAsync([id + 1, id + 2], default));
            if (round % 20 == 19)
            {
                (await real.PurgeAsync(reason, default)).ShouldBe(await model.PurgeAsync(reason, default));
            }

            Texts(await real.ReadAsync(null, null, 30, default)).ShouldBe(Texts(await model.ReadAsync(null, null, 30, default)));
            Texts(await real.ReadAsync(reason, id, 3, default)).ShouldBe(Texts(await model.ReadAsync(reason, id, 3, default)));
            (await real.CountAsync(default)).OrderBy(count => count.Key).ShouldBe((await model.CountAsync(default)).OrderBy(count => count.Key));
        }

        (await real.PurgeAsync(null, default)).ShouldBe(await model.PurgeAsync(null, default));
        (await real.CountAsync(default)).ShouldBeEmpty();
        (await real.FindAsync(3, default)).ShouldBeNull();

        static List<string> Texts(IEnumerable<DeadLetter> letters) =>
            [.. letters.Select(letter => $"{letter with { Payload = default }} {Convert.ToHexString(letter.Payload.Span)}")];
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task DeadLetters_StayWithinTheirBounds()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        bench.Retention.Value.MaxDeadLetters = 10;
        var store = new RedisDeadLetterStore(bench.Store, bench.Retention, bench.Instruments, bench.Clock);
        var old = AnyLetter(new Random(7)) with { ReceivedTimeMicros = Micros.From(RedisStoreBench.Now.AddDays(-40)) };

        await store.AppendAsync([old], default);
        (await store.ReadAsync(null, null, 100, default)).ShouldBeEmpty();

        await store.AppendAsync([.. Enumerable.Range(0, 25).Select(i => AnyLetter(new Random(i)))], default);
        (await store.ReadAsync(null, null, 100, default)).Select(letter => letter.Id).ShouldBe(Enumerable.Range(17, 10).Select(id => (long)id).Reverse());
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Specs_NeverLoseDecimals_AlsoWhenTwoSilosSaveAtOnce()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        var store = new RedisSymbolSpecStore(bench.Store);

        var answers = await Task.WhenAll(Enumerable.Range(0, 9).Select(i => store.SaveAsync([new SymbolSpec(Btc.Symbol, i, 8 - i) { BaseAsset = "BTC", QuoteAsset = "USDT" }], default)));

        var stored = (await store.LoadAllAsync(default))[Btc.Symbol];
        (stored.PriceDecimals, stored.QuantityDecimals, stored.BaseAsset, stored.QuoteAsset).ShouldBe((8, 8, "BTC", "USDT"));
        answers.ShouldContain(answer => answer[Btc.Symbol].PriceDecimals == 8 && answer[Btc.Symbol].QuantityDecimals == 8);
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Settings_AreKeptAndForgotten()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        var store = new RedisSettingsStore(bench.Store);

        (await store.GetAsync("banned-until", default)).ShouldBeNull();
        await store.SetAsync("banned-until", "soon", default);
        (await store.GetAsync("banned-until", default)).ShouldBe("soon");
        await store.SetAsync("banned-until", null, default);
        (await store.GetAsync("banned-until", default)).ShouldBeNull();
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Portfolios_EqualThoseOfTheDatabase()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        var (real, model) = (new RedisPortfolioStore(bench.Store), new SqlitePortfolioStore(bench.Database));
        var random = new Random(6);
        for (var round = 0; round < 100; round++)
        {
            var name = $"p{random.Next(8)}";
            if (random.Next(3) == 0)
            {
                (await real.RemoveAsync(name, default)).ShouldBe(await model.RemoveAsync(name, default));
            }
            else
            {
                var portfolio = new PortfolioHoldings
                {
                    Name = name,
                    Holdings = [new Holding { Asset = "BTC", Quantity = 0.123456789012345678m * random.Next(1, 9), CostBasis = random.Next(2) == 0 ? null : 20_000.5m }],
                    Updated = RedisStoreBench.Now.AddSeconds(round),
                };
                (await real.PutAsync(portfolio, 5, default)).ShouldBe(await model.PutAsync(portfolio, 5, default));
            }

            var (found, expected) = (await real.ReadAllAsync(default), await model.ReadAllAsync(default));
            found.Select(portfolio => (portfolio.Name, portfolio.Updated)).ShouldBe(expected.Select(portfolio => (portfolio.Name, portfolio.Updated)));
            found.SelectMany(portfolio => portfolio.Holdings).ShouldBe(expected.SelectMany(portfolio => portfolio.Holdings));
        }
    }

    private static Candle AnyCandle(Random random, CandleInterval interval, long start) => new()
    {
        Interval = interval,
        OpenTimeMicros = interval.OpenOf(start + (random.Next(2) == 0 ? random.NextInt64(4 * Micros.PerDay) : random.NextInt64(20 * interval.LengthMicros))),
        Open = random.NextInt64(1, 1_000_000),
        High = random.NextInt64(1, 1_000_000),
        Low = random.NextInt64(1, 1_000_000),
        Close = random.NextInt64(1, 1_000_000),
        Volume = random.NextInt64(),
        QuoteVolume = (Int128)random.NextInt64() * 5,
        TakerBuyVolume = random.NextInt64(1_000),
        TakerBuyQuoteVolume = random.NextInt64(1_000),
        TradeCount = random.Next(1_000),
        FirstId = random.Next(-1, 1_000),
        LastId = random.Next(-1, 1_000),
        MissingIds = random.Next(3),
        Revision = random.Next(3),
        Status = (CandleStatus)random.Next(1, 4),
        Flags = (CandleFlags)random.Next(64),
    };

    private static Sweep AnySweep(Random random, long first) => new()
    {
        FirstId = first,
        LastId = first + random.Next(20),
        TradeTimeMicros = Micros.From(RedisStoreBench.Now) - (random.Next(300) * Micros.PerSecond),
        Taker = (TakerSide)random.Next(2),
        Quantity = random.NextInt64(1, long.MaxValue),
        QuoteAmount = random.NextInt64(1, 100_000_000_000_000),
        FirstPrice = random.Next(1, 1_000),
        LastPrice = random.Next(1, 1_000),
        Levels = random.Next(1, 9),
        PriceBefore = random.Next(0, 1_000),
        NotionalUsd = random.Next(3) == 0 ? double.NaN : random.NextDouble() * 1_000_000,
        Threshold = 5,
        Revised = random.Next(2) == 0,
    };

    private static GapView AnyGap(int number, Symbol symbol, GapState state) => new(
        symbol, number * 10, (number * 10) + 4, 5, RedisStoreBench.Now.AddMinutes(-9), RedisStoreBench.Now.AddMinutes(-8), state, RedisStoreBench.Now.AddSeconds(number),
        state == GapState.Open ? null : RedisStoreBench.Now.AddSeconds(number + 3), number % 4, number % 2 == 0 ? null : "the exchange has them not yet");

    private static DeadLetter AnyLetter(Random random)
    {
        var payload = new byte[random.Next(200)];
        random.NextBytes(payload);
        return new DeadLetter
        {
            ReceivedTimeMicros = Micros.From(RedisStoreBench.Now) - random.Next(1_000_000),
            Reason = (DeadLetterReason)random.Next(4),
            Error = $"expected a price, found {random.Next()}",
            Source = "127.0.0.1",
            Symbol = random.Next(2) == 0 ? null : "BTCUSDT",
            Payload = payload,
        };
    }
}
