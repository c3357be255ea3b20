using NSubstitute;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Standalone.Serving;

namespace OrleansMarket.Standalone.Tests.Serving;

public sealed class MarketQueriesTests
{
    private readonly Bench _bench = new(Bench.Name);
    private readonly ICandleStore _candles = Substitute.For<ICandleStore>();
    private readonly MarketQueries _queries;
    private readonly List<Candle> _stored = [];

    public MarketQueriesTests()
    {
        _bench.Run();
        _candles.ReadAsync(default!, default, default, default, default, default).ReturnsForAnyArgs(call =>
            [.. _stored.Where(candle => candle.Interval == call.Arg<CandleInterval>() && candle.OpenTimeMicros >= call.ArgAt<long>(2) && candle.OpenTimeMicros < call.ArgAt<long>(3)).Take(call.ArgAt<int>(4))]);
        _candles.ReadNewestAsync(default!, default, default, default, default).ReturnsForAnyArgs(call =>
            [.. _stored.Where(candle => candle.Interval == call.Arg<CandleInterval>() && candle.OpenTimeMicros < call.ArgAt<long>(2)).TakeLast(call.ArgAt<int>(3))]);
        var feed = Substitute.For<ITradeFeed>();
        feed.Status.Returns(FeedStatus.Starting);
        _queries = new MarketQueries(
            _bench.Router, new LocalPipeline(feed, _bench.Router, _bench.Stats), _candles, Substitute.For<IWhaleStore>(), Substitute.For<IGapStore>(),
            _bench.LetterStore, _bench.Log, new MarketEvents(), _bench.Clock);
    }

    [Fact]
    public async Task Health_OfAStoreThatIsAway_IsSaid_AndDoesNotFail()
    {
        _bench.LetterStore.CountAsync(default).ReturnsForAnyArgs<IReadOnlyDictionary<DeadLetterReason, long>>(
            _ => new Dictionary<DeadLetterReason, long> { [DeadLetterReason.TooLate] = 3 }, _ => throw new TimeoutException("the store"));
        var before = await _queries.GetHealthAsync(default);
        var after = await _queries.GetHealthAsync(default);

        Assert.Equal((3L, 3L), (before.DeadLettersKept, after.DeadLettersKept));
        Assert.Contains("dead letters: cannot be counted: their store does not answer", after.Reasons);
        Assert.DoesNotContain(before.Reasons, reason => reason.StartsWith("dead letters", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Candles_WithoutFromAreTheNewestThereAre_HoweverQuietTheSymbol()
    {
        Store(600, 500, 60, 3);

        var page = await AskAsync(from: null, limit: 3);

        Assert.Equal([500, 60, 3], page.Candles.Select(MinutesAgo));
        Assert.Null(page.NextFrom);
    }

    [Fact]
    public async Task Candles_FromATimeArePagedWithoutALossOrARepeat()
    {
        Store(9, 8, 6, 5, 2);
        var from = Instant(100);
        List<double> seen = [];
        for (DateTimeOffset? next = from; next is not null;)
        {
            var page = await AskAsync(next, limit: 2);
            Assert.InRange(page.Candles.Count, 1, 2);
            seen.AddRange(page.Candles.Select(MinutesAgo));
            next = page.NextFrom;
        }

        Assert.Equal([9, 8, 6, 5, 2], seen);
    }

    [Fact]
    public async Task Candles_BehindAQuietStretchArePaged_AlthoughEmptyMinutesAreLeftOut()
    {
        Store(9, 8, 6, 5, 2);
        for (var index = 1; index < 4; index++)
        {
            _stored[index] = _stored[index] with { TradeCount = 0 };
        }

        List<double> seen = [];
        var empty = 0;
        for (DateTimeOffset? next = Instant(100); next is not null;)
        {
            var page = await AskAsync(next, limit: 1);
            Assert.Equal(page.Candles.Count == 0, page.EmptyBecause is not null);
            empty += page.Candles.Count == 0 ? 1 : 0;
            seen.AddRange(page.Candles.Select(MinutesAgo));
            next = page.NextFrom;
        }

        Assert.Equal([9, 2], seen);
        Assert.InRange(empty, 1, 3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(1_000)]
    public async Task Seconds_ThatAreFilledArePagedWithoutALossOrARepeat(int limit)
    {
        Store(4, 3, 2);
        var start = Micros.From(Instant(4));
        _stored.AddRange([Second(start, 3, 1, 5), Second(start, 100, 6, 9), Second(start, 130, 12, 13), Second(start, 170, 14, 14)]);
        List<double> seen = [];
        for (DateTimeOffset? next = Instant(4); next is not null;)
        {
            var page = await _queries.GetCandlesAsync(new CandleQuery(new Symbol(Bench.Name), CandleInterval.OneSecond, next, null, limit, CandleFill.Previous), CancellationToken.None);
            Assert.InRange(page.Candles.Count, 1, limit);
            seen.AddRange(page.Candles.Select(candle => (candle.OpenTime - Instant(4)).TotalSeconds));
            next = page.NextFrom;
        }

        double[] expected = [.. Enumerable.Range(3, 98), .. Enumerable.Range(130, 41)];
        Assert.Equal(expected, seen);
        var newest = await _queries.GetCandlesAsync(new CandleQuery(new Symbol(Bench.Name), CandleInterval.OneSecond, null, null, limit, CandleFill.Previous), CancellationToken.None);
        Assert.Equal(expected.TakeLast(limit), newest.Candles.Select(candle => (candle.OpenTime - Instant(4)).TotalSeconds));
    }

    [Fact]
    public async Task Candles_ThatAreNotStoredYetAreThere()
    {
        var lane = _bench.Lanes[0];
        await _bench.Router.ReceiveAsync(lane.Spec.Symbol, _bench.Trades(lane, 10), CancellationToken.None);

        var candle = Assert.Single((await AskAsync(Instant(1), limit: 5)).Candles);

        Assert.Equal((10, CandleStatus.Open), (candle.TradeCount, candle.Status));
    }

    [Fact]
    public async Task EmptyAnswer_SaysWhy()
    {
        Assert.StartsWith("no trade of this symbol was received yet", (await AskAsync(Instant(5), limit: 5)).EmptyBecause);
        var lane = _bench.Lanes[0];
        await _bench.Router.ReceiveAsync(lane.Spec.Symbol, _bench.Trades(lane, 10), CancellationToken.None);

        Assert.StartsWith("the range begins after the last trade, ", (await AskAsync(Instant(-5), limit: 5)).EmptyBecause);
        Assert.StartsWith("no candle is stored for this range", (await AskAsync(Instant(500), limit: 5, to: Instant(400))).EmptyBecause);
    }

    [Fact]
    public async Task Trades_BeyondTheLimitArePaged()
    {
        var lane = _bench.Lanes[0];
        var trades = _bench.Trades(lane, 3, 7);
        _bench.Log.ReadByIdAsync(lane.Spec, new IdRange(7, long.MaxValue), 3, Arg.Any<CancellationToken>()).Returns(trades);

        var page = await _queries.GetTradesAsync(new TradeQuery(lane.Spec.Symbol, 7, null, null, 2), CancellationToken.None);

        Assert.Equal([7L, 8L], page.Trades.Select(trade => trade.TradeId));
        Assert.Equal(9, page.NextFromId);
    }

    private DateTimeOffset Instant(int minutesAgo) => _bench.Clock.GetUtcNow().AddMinutes(-minutesAgo);

    private double MinutesAgo(CandleView candle) => (_bench.Clock.GetUtcNow() - candle.OpenTime).TotalMinutes;

    private static Candle Second(long start, int second, long firstId, long lastId) => new()
    {
        Interval = CandleInterval.OneSecond,
        OpenTimeMicros = start + (second * Micros.PerSecond),
        Open = 1,
        High = 1,
        Low = 1,
        Close = 1,
        FirstId = firstId,
        LastId = lastId,
        TradeCount = lastId - firstId + 1,
    };

    private void Store(params int[] minutesAgo) => _stored.AddRange(minutesAgo.Select(minutes => new Candle
    {
        Interval = CandleInterval.OneMinute,
        OpenTimeMicros = Micros.From(Instant(minutes)),
        Open = 1,
        High = 1,
        Low = 1,
        Close = 1,
        TradeCount = 1,
    }));

    private Task<CandlePage> AskAsync(DateTimeOffset? from, int limit, DateTimeOffset? to = null) => _queries.GetCandlesAsync(
        new CandleQuery(new Symbol(Bench.Name), CandleInterval.OneMinute, from, to, limit, CandleFill.None), CancellationToken.None);
}
