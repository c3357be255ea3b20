using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Repair;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Repair;

/// <summary>The last minute of a day is made anew, and the first minutes of the next had no trades: they carry its close.</summary>
public sealed class CompareAcrossMidnightTests : IExchange, IGapRepairer
{
    private const long Midnight = 1_700_006_400_000_000; // 2023-11-15T00:00:00Z
    private const long Start = Midnight - Micros.PerMinute;

    private static readonly Print[] Theirs = [Trade(10, Start + 1, 100), Trade(11, Start + 2, 107)];

    private readonly ManualTimeProvider _clock = new(Micros.ToInstant(Midnight + (7 * Micros.PerMinute)));
    private readonly OneEngine _engine = new();
    private readonly StoredCandles _stored = new();

    [Fact]
    public async Task CarriedMinutesOfTheNextDay_FollowTheRebuiltClose()
    {
        _engine.Session.Engine.ExpectFrom(10, Start);
        _engine.Apply(10, Start + 1);
        _engine.Apply(11, Start + 2, price: 104);
        _engine.Apply(12, Midnight + (5 * Micros.PerMinute), price: 110);
        _engine.Apply(13, Midnight + (6 * Micros.PerMinute), price: 110);
        Keep();
        Assert.Equal([104L, 104, 104, 104, 104], Carried(CandleInterval.OneMinute));
        Assert.Equal([104L], Carried(CandleInterval.FiveMinutes));

        var compare = new CompareLoop(_engine, this, this, _stored, _clock, NullLogger<CompareLoop>.Instance, new JobLog());
        for (var round = 0; round < 5; round++)
        {
            await compare.CompareAsync(default);
            Keep();
        }

        Assert.Equal([107L, 107, 107, 107, 107], Carried(CandleInterval.OneMinute));
        Assert.Equal([107L], Carried(CandleInterval.FiveMinutes));
        Assert.Equal((1L, 0L), (compare.Rebuilt, compare.Mismatched));
        Assert.All(Minutes(), minute => Assert.Equal(CandleStatus.Verified, minute.Status));
    }

    public Task<IReadOnlyDictionary<Symbol, SymbolSpec>> GetSpecsAsync(IReadOnlyCollection<Symbol> symbols, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyDictionary<Symbol, LastTrade>> GetLastTradesAsync(IReadOnlyCollection<SymbolSpec> specs, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long?> FindFirstIdAsync(SymbolSpec spec, long fromMicros, CancellationToken cancellationToken) => Task.FromResult<long?>(fromMicros > Start ? 12 : 10);

    public Task<IReadOnlyList<Candle>> GetKlinesAsync(SymbolSpec spec, CandleInterval interval, long fromMicros, long toMicros, CancellationToken cancellationToken)
    {
        var traded = Minutes().First(candle => candle.OpenTimeMicros == Start) with
        {
            High = 107,
            Close = 107,
            QuoteVolume = Theirs.Aggregate(Int128.Zero, (sum, trade) => sum + trade.QuoteAmount),
            TakerBuyQuoteVolume = Theirs.Aggregate(Int128.Zero, (sum, trade) => sum + trade.QuoteAmount),
        };
        Candle[] klines =
        [
            traded,
            .. Minutes().Where(candle => candle.TradeCount == 0).Select(candle => candle with { Open = 107, High = 107, Low = 107, Close = 107 }),
            Minutes().First(candle => candle.OpenTimeMicros == Midnight + (5 * Micros.PerMinute)),
        ];
        return Task.FromResult<IReadOnlyList<Candle>>(klines);
    }

    public Task<GapRepair> RepairAsync(SymbolSpec spec, IReadOnlyList<Gap> gaps, long nextId, CancellationToken cancellationToken) =>
        Task.FromResult(new GapRepair(Theirs, [new GapOutcome(gaps[0], [], null, null)]));

    private static Print Trade(long id, long time, long price) => Print.Trade(OneEngine.Spec, id, time, price, 10, TakerSide.Buy);

    private void Keep()
    {
        foreach (var candle in _engine.Session.TakeCommit().Candles)
        {
            _stored.Stored.RemoveAll(old => old.Interval == candle.Interval && old.OpenTimeMicros == candle.OpenTimeMicros);
            _stored.Stored.Add(candle);
        }
    }

    private IEnumerable<long> Carried(CandleInterval interval) => _stored.Stored
        .Where(candle => candle.Interval == interval && candle.TradeCount == 0).OrderBy(candle => candle.OpenTimeMicros).Select(candle => candle.Close);

    private IEnumerable<Candle> Minutes() => _stored.Stored.Where(candle => candle.Interval == CandleInterval.OneMinute);
}
