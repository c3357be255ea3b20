using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Repair;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Repair;

/// <summary>Our candles against the exchange's: what lags is asked again, what is wrong is read again, what stays different is said.</summary>
public sealed class CompareLoopTests : IExchange, IGapRepairer
{
    private const long Start = 1_700_000_040_000_000;

    private readonly ManualTimeProvider _clock = new(Micros.ToInstant(Start + 5));
    private readonly OneEngine _engine = new();
    private readonly CompareLoop _compare;
    private readonly List<Gap> _read = [];
    private readonly StoredCandles _stored = new();
    private Print[] _theirs;
    private Candle _kline;

    public CompareLoopTests()
    {
        _compare = new CompareLoop(_engine, this, this, _stored, _clock, NullLogger<CompareLoop>.Instance, new JobLog());
        _engine.Session.Engine.ExpectFrom(10, Start);
        _engine.Apply(10, Start + 1);
        _engine.Apply(11, Start + Micros.PerSecond, price: 104);
        _engine.Apply(12, Start + (2 * Micros.PerSecond), price: 102);
        _engine.Apply(13, Start + Micros.PerMinute);
        _stored.Stored.AddRange(_engine.Session.TakeCommit().Candles);
        _kline = Ours;
        _theirs = [Trade(10, Start + 1, 100), Trade(11, Start + Micros.PerSecond, 104), Trade(12, Start + (2 * Micros.PerSecond), 102)];
    }

    private Candle Ours => Assert.Single(_engine.Session.Progress.Complete);

    [Fact]
    public async Task KlineThatHasNotSettled_IsNotAsked()
    {
        _kline = Ours with { Close = 103 };
        await _compare.CompareAsync(default);

        Assert.Empty(Commit());
        Assert.Equal(0, _compare.Verified + _compare.Mismatched);
    }

    [Fact]
    public async Task EqualCandle_IsVerified()
    {
        await CompareLaterAsync();

        Assert.Equal((CandleStatus.Verified, CandleFlags.None), Assert.Single(Commit()) is var candle ? (candle.Status, candle.Flags) : default);
        Assert.Empty(_read);
    }

    [Fact]
    public void QuoteApproximateCandle_IsComparedWithoutItsQuoteFields()
    {
        Assert.False(Ours.EqualsKline(Ours with { QuoteVolume = 1 }));
        Assert.True((Ours with { Flags = CandleFlags.QuoteApproximate }).EqualsKline(Ours with { QuoteVolume = 1, TakerBuyQuoteVolume = 2 }));
        Assert.False((Ours with { Flags = CandleFlags.QuoteApproximate }).EqualsKline(Ours with { Volume = 1 }));
    }

    [Fact]
    public async Task KlineThatLags_IsAskedAgain_AndNothingElseHappens()
    {
        var truth = _kline;
        _kline = truth with { TradeCount = 2, Close = 104 };
        await CompareLaterAsync();
        Assert.Empty(Commit());

        _kline = truth;
        await CompareLaterAsync();
        Assert.Equal(CandleStatus.Verified, Assert.Single(Commit()).Status);
        Assert.Empty(_read);
    }

    [Fact]
    public async Task WrongCandle_IsMadeAnewFromItsTrades_AndVerified()
    {
        _theirs[1] = Trade(11, Start + Micros.PerSecond, 109);
        _kline = Ours with
        {
            High = 109,
            QuoteVolume = _theirs.Aggregate(Int128.Zero, (sum, trade) => sum + trade.QuoteAmount),
            TakerBuyQuoteVolume = _theirs.Aggregate(Int128.Zero, (sum, trade) => sum + trade.QuoteAmount),
        };
        await CompareLaterAsync();
        await CompareLaterAsync();
        Assert.Equal((new IdRange(10, 12), 1L), (Assert.Single(_read).Missing, _compare.Rebuilt));

        await CompareLaterAsync();
        var minute = Assert.Single(Commit(), candle => candle.Interval == CandleInterval.OneMinute);
        Assert.Equal((109L, 1, CandleStatus.Verified, CandleFlags.Repaired), (minute.High, minute.Revision, minute.Status, minute.Flags));
        Assert.Equal(0, _compare.Mismatched);
    }

    [Fact]
    public async Task CandleThatDiffersEvenThen_IsFlaggedWithTheReason_AfterSoManyAttempts()
    {
        _kline = Ours with { Close = 103 };
        for (var round = 0; round < 10; round++)
        {
            await CompareLaterAsync();
        }

        var minute = Assert.Single(Commit());
        Assert.Equal((CandleStatus.Complete, CandleFlags.Mismatched), (minute.Status, minute.Flags));
        Assert.Equal((1L, CompareLoop.MostRereads), (_compare.Mismatched, _read.Count));
        var mismatch = Assert.Single(_engine.Session.Mismatches);
        Assert.Equal(Micros.ToInstant(Start), mismatch.OpenTime);
        Assert.Contains("close 1.02, the exchange's 1.03", mismatch.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MinuteForWhichATradeCameTooLate_IsComparedAndMadeAnew()
    {
        // Trade 14 is lost for longer than anything is kept; only then it comes.
        const long Minute = Start + Micros.PerMinute;
        _engine.Apply(15, Minute + Micros.PerMinute + 1);
        Tick(Minute + (2 * Micros.PerMinute));
        Tick(Minute + (25 * Micros.PerHour));
        Store();
        Assert.Equal((1L, 1L, CandleStatus.Provisional), Stored(Minute) is var before ? (before.TradeCount, before.MissingIds, before.Status) : default);
        Assert.Empty(_engine.Session.Progress.Suspect);
        _engine.Apply(14, Minute + Micros.PerSecond, price: 103);
        Assert.Equal(Minute, Assert.Single(_engine.Session.Progress.Suspect));

        _theirs = [Trade(13, Minute, 100), Trade(14, Minute + Micros.PerSecond, 103)];
        var quote = _theirs[0].QuoteAmount + _theirs[1].QuoteAmount;
        _kline = Stored(Minute) with { High = 103, Close = 103, LastId = 14, TradeCount = 2, Volume = 20, TakerBuyVolume = 20, QuoteVolume = quote, TakerBuyQuoteVolume = quote };
        for (var round = 0; round < 4; round++)
        {
            await CompareLaterAsync();
            Store();
        }

        var minute = Stored(Minute);
        Assert.Equal((103L, 2L, 0L, CandleStatus.Verified, CandleFlags.Repaired), (minute.High, minute.TradeCount, minute.MissingIds, minute.Status, minute.Flags));
        Assert.Equal(new IdRange(13, 14), Assert.Single(_read).Missing);
        Assert.Empty(_engine.Session.Progress.Suspect);
    }

    public Task<IReadOnlyDictionary<Symbol, SymbolSpec>> GetSpecsAsync(IReadOnlyCollection<Symbol> symbols, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyDictionary<Symbol, LastTrade>> GetLastTradesAsync(IReadOnlyCollection<SymbolSpec> specs, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long?> FindFirstIdAsync(SymbolSpec spec, long fromMicros, CancellationToken cancellationToken) =>
        Task.FromResult<long?>(fromMicros <= Start ? 10 : fromMicros <= Start + Micros.PerMinute ? 13 : 15);

    public Task<IReadOnlyList<Candle>> GetKlinesAsync(SymbolSpec spec, CandleInterval interval, long fromMicros, long toMicros, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Candle>>([_kline]);

    public Task<GapRepair> RepairAsync(SymbolSpec spec, IReadOnlyList<Gap> gaps, long nextId, CancellationToken cancellationToken)
    {
        _read.Add(Assert.Single(gaps));
        return Task.FromResult(new GapRepair(_theirs, [new GapOutcome(gaps[0], [], null, null)]));
    }

    private static Print Trade(long id, long time, long price) => Print.Trade(OneEngine.Spec, id, time, price, 10, TakerSide.Buy);

    private Task CompareLaterAsync()
    {
        _clock.Advance(TimeSpan.FromSeconds(70));
        return _compare.CompareAsync(default);
    }

    private void Tick(long micros) => _engine.Session.Tick(micros, Domain.Analytics.PipelineReading.Unknown);

    private void Store()
    {
        foreach (var candle in Commit())
        {
            _stored.Stored.RemoveAll(known => (known.Interval, known.OpenTimeMicros) == (candle.Interval, candle.OpenTimeMicros));
            _stored.Stored.Add(candle);
        }
    }

    private Candle Stored(long open) => _stored.Stored.Single(candle => candle.Interval == CandleInterval.OneMinute && candle.OpenTimeMicros == open);

    private IReadOnlyList<Candle> Commit() => _engine.Session.TakeCommit().Candles;
}
