using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.Tests.Sqlite;

public sealed class SqliteCandleStoreTests : DatabaseTestBase
{
    private static readonly SymbolSpec Btc = new(new Symbol("BTCUSDT"), 2, 5);

    private readonly SqliteCandleStore _store;

    public SqliteCandleStoreTests() => _store = new SqliteCandleStore(Database);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 5)]
    [InlineData(8, 8)]
    public async Task ReadAsync_GivesBackEveryDigitAtTheExtremes(int priceDecimals, int quantityDecimals)
    {
        var spec = new SymbolSpec(new Symbol("EDGEUSDT"), priceDecimals, quantityDecimals);
        Candle[] written =
        [
            Candle(0) with { Open = long.MaxValue, High = long.MaxValue, Low = 1, Close = long.MaxValue - 1, FirstId = -1, LastId = -1 },
            Candle(1) with { Volume = Int128.MaxValue, QuoteVolume = Int128.MaxValue - 1, TakerBuyVolume = long.MaxValue, TakerBuyQuoteVolume = (Int128)long.MaxValue + 1 },
            Candle(2) with { TradeCount = long.MaxValue, FirstId = long.MaxValue - 1, LastId = long.MaxValue, MissingIds = long.MaxValue, Revision = int.MaxValue },
            Candle(3) with { Status = CandleStatus.Verified, Flags = (CandleFlags)63 },
        ];

        await _store.AppendAsync(spec, written, default);

        Assert.Equal(written, await _store.ReadAsync(spec, CandleInterval.OneMinute, 0, long.MaxValue, 10, default));
    }

    [Theory]
    [InlineData(0, CandleStatus.Complete, 0, CandleStatus.Verified, true)] // a status that rises
    [InlineData(0, CandleStatus.Complete, 0, CandleStatus.Complete, true)] // the same again
    [InlineData(0, CandleStatus.Verified, 1, CandleStatus.Complete, true)] // a repair lowers the status with a new revision
    [InlineData(0, CandleStatus.Verified, 0, CandleStatus.Complete, false)] // a stale report
    [InlineData(2, CandleStatus.Provisional, 1, CandleStatus.Provisional, false)] // an older revision
    [InlineData(2, CandleStatus.Verified, 1, CandleStatus.Verified, false)] // the same of a proven one
    [InlineData(2, CandleStatus.Provisional, 1, CandleStatus.Complete, true)] // proven by who took over, and counts revisions from an older state
    [InlineData(2, CandleStatus.Complete, 1, CandleStatus.Complete, true, 1)] // who took over knows trades that the one before it did not live to count
    [InlineData(2, CandleStatus.Complete, 1, CandleStatus.Provisional, false, 1)]
    [InlineData(0, CandleStatus.Complete, 2, CandleStatus.Provisional, false)] // who was overtaken had counted further, and proven less
    public async Task AppendAsync_ReplacesOnlyWhatIsNotNewer(
        int revision, CandleStatus status, int newRevision, CandleStatus newStatus, bool replaced, int moreTrades = 0)
    {
        var first = Candle(0) with { Revision = revision, Status = status, Close = 7 };
        var second = Candle(0) with { Revision = newRevision, Status = newStatus, Close = 8, TradeCount = first.TradeCount + moreTrades };

        await _store.AppendAsync(Btc, [first], default);
        await _store.AppendAsync(Btc, [second], default);

        Assert.Equal([replaced ? second : first], await _store.ReadAsync(Btc, CandleInterval.OneMinute, 0, long.MaxValue, 10, default));
    }

    [Theory]
    [InlineData(CandleStatus.Complete, CandleFlags.None, false)]
    [InlineData(CandleStatus.Complete, CandleFlags.Partial, true)]
    [InlineData(CandleStatus.Provisional, CandleFlags.None, true)]
    public async Task AppendAsync_KeepsWhatTradesProveAgainstTheExchangesKline(CandleStatus status, CandleFlags flags, bool replaced)
    {
        var own = Candle(0) with { Status = status, Flags = flags, FirstId = 5 };
        var kline = Candle(0) with { Status = CandleStatus.Verified, Flags = CandleFlags.FromExchange, FirstId = -1 };

        await _store.AppendAsync(Btc, [own], default);
        await _store.AppendAsync(Btc, [kline], default);

        Assert.Equal([replaced ? kline : own], await _store.ReadAsync(Btc, CandleInterval.OneMinute, 0, long.MaxValue, 10, default));
    }

    [Fact]
    public async Task ReadAsync_AnswersInTheWantedScaleAfterTheExchangeChangedIt()
    {
        var narrow = new SymbolSpec(new Symbol("PEPEUSDT"), 6, 0);
        var wide = narrow.WithAtLeast(8, 2);
        var old = Candle(0) with { Open = 1, High = 3, Low = 1, Close = 2, Volume = 1_000, QuoteVolume = 1_500, TakerBuyVolume = 10, TakerBuyQuoteVolume = 15 };
        await _store.AppendAsync(narrow, [old], default);
        await _store.AppendAsync(wide, [Candle(1) with { Open = 101 }], default);

        var read = await _store.ReadAsync(wide, CandleInterval.OneMinute, 0, long.MaxValue, 10, default);

        Assert.Equal(
            (narrow.Price(old.High), narrow.Quantity(old.Volume), narrow.Quote(old.QuoteVolume), narrow.Quote(old.TakerBuyQuoteVolume)),
            (wide.Price(read[0].High), wide.Quantity(read[0].Volume), wide.Quote(read[0].QuoteVolume), wide.Quote(read[0].TakerBuyQuoteVolume)));
        Assert.Equal(101, read[1].Open);
        Assert.Equal([old], await _store.ReadAsync(narrow, CandleInterval.OneMinute, 0, Micros.PerMinute, 10, default));
    }

    [Fact]
    public async Task ReadAsync_RefusesAScaleThatWouldCutDigits()
    {
        await _store.AppendAsync(new SymbolSpec(Btc.Symbol, 3, 5), [Candle(0) with { Open = 1_001 }], default);

        var error = await Assert.ThrowsAsync<StorageException>(() => _store.ReadAsync(Btc, CandleInterval.OneMinute, 0, long.MaxValue, 10, default));

        Assert.Equal(StorageProblem.ScaleTooCoarse, error.Problem);
        Assert.Contains("BTCUSDT", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadNewestAsync_TakesTheLastOnesOldestFirst()
    {
        await _store.AppendAsync(Btc, [.. Enumerable.Range(0, 10).Select(Candle)], default);

        var read = await _store.ReadNewestAsync(Btc, CandleInterval.OneMinute, 8 * Micros.PerMinute, 3, default);

        Assert.Equal([5, 6, 7], read.Select(candle => candle.OpenTimeMicros / Micros.PerMinute));
    }

    [Fact]
    public async Task ReadAsync_OfAnUnknownSymbolIsEmpty()
    {
        Assert.Empty(await _store.ReadAsync(Btc, CandleInterval.OneMinute, 0, long.MaxValue, 10, default));
        Assert.Empty(await _store.ReadNewestAsync(Btc, CandleInterval.OneMinute, long.MaxValue, 10, default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RandomAppendsAndReads_EqualAModelInMemory(int seed)
    {
        var random = new Random(seed);
        SymbolSpec[] specs = [Btc, new(new Symbol("ETHUSDT"), 2, 4), new(new Symbol("币安USDT"), 8, 8)];
        var model = new Dictionary<(Symbol, CandleInterval), SortedDictionary<long, Candle>>();
        foreach (var spec in specs)
        {
            foreach (var interval in CandleInterval.All)
            {
                model[(spec.Symbol, interval)] = [];
            }
        }

        for (var round = 0; round < 150; round++)
        {
            var spec = specs[random.Next(specs.Length)];
            var batch = Enumerable.Range(0, random.Next(1, 20)).Select(_ => RandomCandle(random)).ToArray();
            await _store.AppendAsync(spec, batch, default);
            foreach (var candle in batch)
            {
                var series = model[(spec.Symbol, candle.Interval)];
                if (!series.TryGetValue(candle.OpenTimeMicros, out var known)
                    || (candle.Status >= CandleStatus.Complete) switch
                    {
                        true when known.Status < CandleStatus.Complete || candle.TradeCount > known.TradeCount => true,
                        false when known.Status >= CandleStatus.Complete => false,
                        _ => (candle.Revision, candle.Status).CompareTo((known.Revision, known.Status)) >= 0,
                    })
                {
                    series[candle.OpenTimeMicros] = candle;
                }
            }

            var wanted = CandleInterval.All[random.Next(CandleInterval.All.Count)];
            long from = random.Next(-5, 60) * wanted.LengthMicros, to = random.Next(-5, 60) * wanted.LengthMicros;
            var limit = random.Next(1, 30);
            var all = model[(spec.Symbol, wanted)].Values;

            Assert.Equal(
                all.Where(candle => candle.OpenTimeMicros >= from && candle.OpenTimeMicros < to).Take(limit),
                await _store.ReadAsync(spec, wanted, from, to, limit, default));
            Assert.Equal(
                all.Where(candle => candle.OpenTimeMicros < to).TakeLast(limit), await _store.ReadNewestAsync(spec, wanted, to, limit, default));
        }
    }

    internal static Candle Candle(int minute) => new()
    {
        Interval = CandleInterval.OneMinute,
        OpenTimeMicros = minute * Micros.PerMinute,
        Open = 10,
        High = 12,
        Low = 9,
        Close = 11,
        Volume = 100,
        QuoteVolume = 1_000,
        TakerBuyVolume = 40,
        TakerBuyQuoteVolume = 400,
        TradeCount = 3,
        FirstId = 1,
        LastId = 3,
        Status = CandleStatus.Complete,
    };

    private static Candle RandomCandle(Random random)
    {
        var interval = CandleInterval.All[random.Next(CandleInterval.All.Count)];
        return new Candle
        {
            Interval = interval,
            OpenTimeMicros = random.Next(0, 50) * interval.LengthMicros,
            Open = random.NextInt64(),
            High = random.NextInt64(),
            Low = random.NextInt64(),
            Close = random.NextInt64(),
            Volume = (Int128)random.NextInt64() * random.Next(),
            QuoteVolume = (Int128)random.NextInt64() * random.NextInt64(),
            TakerBuyVolume = random.Next(),
            TakerBuyQuoteVolume = random.NextInt64(),
            TradeCount = random.NextInt64(),
            FirstId = random.NextInt64(),
            LastId = random.NextInt64(),
            MissingIds = random.Next(),
            Revision = random.Next(3),
            Status = (CandleStatus)random.Next(4),
            Flags = (CandleFlags)random.Next(16),
        };
    }
}
