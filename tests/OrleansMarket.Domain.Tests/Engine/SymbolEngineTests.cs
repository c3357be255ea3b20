using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Engine;

public sealed class SymbolEngineTests
{
    private readonly RecordingObserver _observer = new();
    private readonly SymbolEngine _engine;

    public SymbolEngineTests() => _engine = new SymbolEngine(TestTape.Spec, new EngineOptions(), _observer);

    public static TheoryData<int, int, int> Scales => new() { { 1, 2, 5 }, { 2, 8, 8 }, { 3, 0, 8 }, { 4, 8, 0 }, { 5, 6, 4 } };

    [Theory]
    [MemberData(nameof(Scales))]
    public void Apply_BuildsEveryIntervalAsPlainDecimalsDo(int seed, int priceDecimals, int quantityDecimals)
    {
        var tape = TestTape.Create(seed, 6_000, new SymbolSpec(new Symbol("X"), priceDecimals, quantityDecimals));
        var engine = new SymbolEngine(tape.SymbolSpec, new EngineOptions(), _observer);
        engine.ExpectFrom(TestTape.FirstId, TestTape.Start);
        foreach (var print in tape.Prints)
        {
            Assert.Equal(ApplyResult.Accepted, engine.Apply(in print));
        }

        foreach (var interval in CandleInterval.All)
        {
            var last = interval.OpenOf(tape.Prints[^1].TradeTimeMicros);
            var first = interval.OpenOf(TestTape.Start);
            var expected = tape.Expected(interval).Where(row => row.Open < last).ToArray();
            var actual = _observer.Final.Values.Where(candle => candle.Interval == interval && candle.TradeCount > 0).ToArray();

            Assert.Equal(expected.Select(row => row.Open), actual.Select(candle => candle.OpenTimeMicros));
            Assert.All(expected.Zip(actual), pair =>
            {
                Assert.Equal(pair.First.Fields, tape.Row(pair.Second));
                Assert.Equal(pair.Second.OpenTimeMicros < TestTape.Start ? CandleStatus.Provisional : CandleStatus.Complete, pair.Second.Status);
                Assert.Equal(pair.Second.OpenTimeMicros < TestTape.Start, pair.Second.Flags.HasFlag(CandleFlags.Partial));
            });

            var live = engine.LiveCandles(interval);
            Assert.Equal(tape.Expected(interval).Last().Fields, tape.Row(Assert.Single(live)));
            Assert.Equal(last > first ? CandleFlags.None : CandleFlags.Partial, live[0].Flags);
        }
    }

    [Fact]
    public void Apply_CarriesTheCloseIntoMinutesWithoutTrades()
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
        Apply(11, TestTape.Start + (3 * Micros.PerMinute), 200);

        var minutes = Minutes();
        Assert.Equal([100, 100, 100], minutes.Select(minute => minute.Close));
        Assert.Equal([1, 0, 0], minutes.Select(minute => minute.TradeCount));
        Assert.Equal([CandleFlags.None, CandleFlags.Carried, CandleFlags.Carried], minutes.Select(minute => minute.Flags));
        Assert.All(minutes, minute => Assert.Equal(CandleStatus.Complete, minute.Status));
    }

    [Theory]
    [InlineData(59_999_999, 0)] // the last microsecond belongs to the window
    [InlineData(60_000_000, 1)] // the end is out
    public void Apply_CutsWindowsLeftClosed(long offset, int expectedClosed)
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Apply(10, TestTape.Start, 100);
        Apply(11, TestTape.Start + offset, 200);

        Assert.Equal(expectedClosed, Minutes().Length);
    }

    [Fact]
    public void Apply_FlagsTheWindowWeJoinedInside()
    {
        Apply(10, TestTape.Start + 5, 100);
        Apply(11, TestTape.Start + Micros.PerMinute, 100);
        Apply(12, TestTape.Start + (2 * Micros.PerMinute), 100);

        Assert.Equal([CandleFlags.Partial, CandleFlags.None], Minutes().Select(minute => minute.Flags));
        Assert.Equal([CandleStatus.Provisional, CandleStatus.Complete], Minutes().Select(minute => minute.Status));
    }

    [Fact]
    public void Apply_NeverCallsAWindowCompleteWhileIdsAreMissing()
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
        Apply(13, TestTape.Start + Micros.PerMinute + 1, 101);
        Apply(14, TestTape.Start + (2 * Micros.PerMinute) + 1, 102);

        Assert.All(Minutes(), minute => Assert.Equal(CandleStatus.Provisional, minute.Status));
        Assert.Equal(2, _engine.MissingIds);
        Assert.Equal(new IdRange(11, 12), Assert.Single(_observer.Gaps).Missing);

        Apply(12, TestTape.Start + 3, 99);
        Apply(11, TestTape.Start + 2, 98);

        Assert.All(Minutes(), minute => Assert.Equal(CandleStatus.Complete, minute.Status));
        Assert.Equal(98, Minutes()[0].Low);
        Assert.Equal(99, Minutes()[0].Close);
        Assert.Equal(CandleFlags.Repaired, Minutes()[0].Flags);
        Assert.Equal(1, Minutes()[0].Revision);
        Assert.Equal(GapState.Repaired, _observer.Gaps[^1].State);
        Assert.Equal(new IdRange(11, 12), _observer.Gaps[^1].Missing);
    }

    [Fact]
    public void Apply_CountsATradeSeenTwiceOnce()
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
        Assert.Equal(ApplyResult.Duplicate, Apply(10, TestTape.Start + 1, 100));

        Assert.Equal(1, _engine.Counts.Trades);
        Assert.Equal(1, _engine.Counts.Duplicates);
        Assert.Equal(1, _engine.LiveCandles(CandleInterval.OneMinute)[0].TradeCount);
    }

    [Theory]
    [InlineData(1_000_000_000_000_000)]
    [InlineData(3_000_000_000)]
    [InlineData(long.MaxValue)]
    public void Apply_RefusesAnIdThatNoExchangeCanHaveReached_AndTrueTradesGoOn(long absurd)
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
        Assert.Equal(ApplyResult.TooFarAhead, Apply(absurd, TestTape.Start + Micros.PerSecond, 999));
        Assert.Equal(ApplyResult.Accepted, Apply(11, TestTape.Start + (2 * Micros.PerSecond), 101));

        Assert.Equal((12, 2, 1, 0), (_engine.NextId, _engine.Counts.Trades, _engine.Counts.DeadLetters, _engine.MissingIds));
        Assert.Empty(_observer.Gaps);
        Assert.Equal((101, 101), _engine.LiveCandles(CandleInterval.OneMinute)[0] is var minute ? (minute.High, minute.Close) : default);
    }

    [Fact]
    public void Apply_DoesNotBeginAtAnIdThatNoExchangeCanHaveReached()
    {
        Assert.Equal(ApplyResult.TooFarAhead, Apply(1_000_000_000_000_000, TestTape.Start + 1, 999));
        Assert.Equal((-1, 0), (_engine.NextId, _engine.LastTradeMicros));

        // The oldest pairs of the exchange have billions of trades.
        Assert.Equal(ApplyResult.Accepted, Apply(5_000_000_000, TestTape.Start + Micros.PerSecond, 100));
        Apply(5_000_000_001, TestTape.Start + Micros.PerMinute, 100);
        Assert.Equal((CandleFlags.Partial, 1), Assert.Single(Minutes()) is var minute ? (minute.Flags, minute.TradeCount) : default);
    }

    [Fact]
    public void Apply_TakesAnIdFarAheadAfterALongPause_AndTheExchangesOwnWordForOne()
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
        Assert.Equal(ApplyResult.Accepted, Apply(50_000_000, TestTape.Start + Micros.PerMinute, 100));
        Assert.Equal(49_999_989, _engine.MissingIds);

        _engine.ConfirmLastId(5_000_000_000, TestTape.Start + (2 * Micros.PerMinute), _engine.InterruptedMicros);
        Assert.Equal(ApplyResult.Accepted, Apply(5_000_000_001, TestTape.Start + (2 * Micros.PerMinute), 100));
    }

    [Theory]
    [InlineData(9, 10)] // half before the first id
    [InlineData(11, 14)] // over the edge of the gap
    [InlineData(12, 15)] // both
    public void Apply_RefusesAPrintThatIsPartlyHeld(long first, long last)
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
        Apply(14, TestTape.Start + 9, 100);
        var straddling = Print.Aggregate(TestTape.Spec, first, last, TestTape.Start + 5, 100, 10, TakerSide.Buy);

        Assert.Equal(first == 9 ? ApplyResult.Duplicate : ApplyResult.Straddles, _engine.Apply(in straddling));
        Assert.Equal(3, _engine.MissingIds);
        Assert.Equal(2, _engine.Counts.Trades);
    }

    [Fact]
    public void Tick_ClosesAQuietMinuteProvisionallyAndALaterIdCompletesIt()
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
        Tick(TestTape.Start + Micros.PerMinute + Micros.PerSecond);
        Assert.Empty(Minutes());

        Tick(TestTape.Start + Micros.PerMinute + (2 * Micros.PerSecond));
        Assert.Equal(CandleStatus.Provisional, Assert.Single(Minutes()).Status);

        Apply(11, TestTape.Start + Micros.PerMinute + (5 * Micros.PerSecond), 100);
        Assert.Equal(CandleStatus.Complete, Assert.Single(Minutes()).Status);
        Assert.Equal(0, Minutes()[0].Revision);
    }

    [Fact]
    public void Tick_ATradeAfterTheGraceRevisesTheMinute()
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
        Tick(TestTape.Start + Micros.PerMinute + (3 * Micros.PerSecond));
        Assert.Equal(ApplyResult.Accepted, Apply(11, TestTape.Start + 2, 150));

        var minute = Assert.Single(Minutes());
        Assert.Equal((150, 2, 1), (minute.Close, minute.TradeCount, minute.Revision));
        Assert.Equal(1, _engine.Counts.Late);
    }

    [Fact]
    public void ConfirmLastId_ProvesTheEndOfAQuietMinute()
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
        Tick(TestTape.Start + Micros.PerMinute + (3 * Micros.PerSecond));
        _engine.ConfirmLastId(10, TestTape.Start + Micros.PerMinute, _engine.InterruptedMicros);

        Assert.Equal(CandleStatus.Complete, Assert.Single(Minutes()).Status);
    }

    [Fact]
    public void ConfirmLastId_WhatComesLateIntoTheRunningMinuteStillCounts()
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
        _engine.ConfirmLastId(10, TestTape.Start + Micros.PerMinute + (20 * Micros.PerSecond), _engine.InterruptedMicros); // the exchange's answer was behind its stream
        Assert.Equal(ApplyResult.Accepted, Apply(11, TestTape.Start + Micros.PerMinute + Micros.PerSecond, 150));
        Apply(12, TestTape.Start + Micros.PerMinute + (21 * Micros.PerSecond), 160);
        Apply(13, TestTape.Start + (2 * Micros.PerMinute), 170);

        var minute = Minutes().Single(minute => minute.OpenTimeMicros == TestTape.Start + Micros.PerMinute);
        Assert.Equal((150, 160, 2, 11, CandleStatus.Complete), (minute.Open, minute.Close, minute.TradeCount, minute.FirstId, minute.Status));
        Assert.Equal(0, _engine.Counts.DeadLetters);
    }

    [Fact]
    public void ConfirmLastId_AnAnswerFromBeforeAnInterruption_SaysNothingOfWhatItLost()
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
        _engine.OnInterrupted(TestTape.Start + 5);
        var before = _engine.InterruptedMicros;
        _engine.OnInterrupted(TestTape.Start + 5); // another one, whatever the clock says

        _engine.ConfirmLastId(10, TestTape.Start + 4, before);
        Assert.True(_engine.TailIsUnknown);
        Tick(TestTape.Start + Micros.PerMinute + (3 * Micros.PerSecond));
        Assert.Empty(Minutes());

        _engine.ConfirmLastId(10, TestTape.Start + 6, _engine.InterruptedMicros);
        Assert.False(_engine.TailIsUnknown);
        Tick(TestTape.Start + Micros.PerMinute + (4 * Micros.PerSecond));
        Assert.Single(Minutes());
    }

    [Fact]
    public void ConfirmLastId_OpensTheHoleAtTheTail()
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
        _engine.ConfirmLastId(12, TestTape.Start + 5, _engine.InterruptedMicros);

        Assert.Equal(new IdRange(11, 12), Assert.Single(_engine.Gaps).Missing);
        Assert.Equal(ApplyResult.Accepted, Apply(11, TestTape.Start + 2, 100));
        Assert.Equal(ApplyResult.Accepted, Apply(12, TestTape.Start + 3, 100));
        Assert.Empty(_engine.Gaps);
    }

    [Fact]
    public void ConfirmLastId_ATailYoungerThanTheQuestionStillCompletesItsMinutes()
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
        _engine.ConfirmLastId(12, TestTape.Start + Micros.PerMinute - 5, _engine.InterruptedMicros); // the last trade happened a moment after we asked
        Apply(13, TestTape.Start + (2 * Micros.PerMinute), 100);
        Apply(11, TestTape.Start + Micros.PerMinute - 1, 100);
        Apply(12, TestTape.Start + Micros.PerMinute + 7, 100);

        Assert.Equal([(2L, CandleStatus.Complete), (1L, CandleStatus.Complete)], Minutes().Select(minute => (minute.TradeCount, minute.Status)));
        Assert.All(Minutes(), minute => Assert.Equal(0, minute.MissingIds));
    }

    [Fact]
    public void Tick_AnalyticsGoOnWithoutAGapThatWasGivenUpAndALateRepairStillRevises()
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Tick(TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
        Apply(12, TestTape.Start + (2 * Micros.PerMinute) + 1, 300);
        Assert.Equal(0, Minutes().Count(minute => minute.OpenTimeMicros > TestTape.Start));

        Tick(TestTape.Start + (16 * Micros.PerMinute));
        Assert.Equal(GapState.GivenUp, _observer.Gaps[^1].State);
        Assert.Equal(CandleStatus.Provisional, Minutes()[0].Status);
        Assert.DoesNotContain(Minutes(), minute => minute.OpenTimeMicros == TestTape.Start + Micros.PerMinute); // never carried across a gap

        Apply(11, TestTape.Start + Micros.PerMinute + 7, 200);
        var repaired = Minutes().Single(minute => minute.OpenTimeMicros == TestTape.Start + Micros.PerMinute);
        Assert.Equal((200, 1, CandleStatus.Complete), (repaired.Close, repaired.TradeCount, repaired.Status));
        Assert.Equal(GapState.Repaired, _observer.Gaps[^1].State);
        var rollup = _observer.Final[("5m", CandleInterval.FiveMinutes.OpenOf(TestTape.Start))];
        Assert.Equal(3, rollup.TradeCount + _observer.Final.Values.Where(c => c.Interval.Name == "5m" && c.OpenTimeMicros > rollup.OpenTimeMicros).Sum(c => c.TradeCount));
    }

    [Theory]
    [InlineData(true, true, 1)] // silent beyond the symbol's own rate
    [InlineData(true, false, 0)] // halted: no trades are expected
    [InlineData(false, true, 0)] // nothing was ever received: there is nothing to be stale
    public void Tick_SilenceIsStaleOnlyWhereTradesAreExpected(bool traded, bool tradingExpected, int alerts)
    {
        _engine.SetRules([new() { Id = "stale", Name = "Stale", Signal = Signal.StaleFeed, Enter = 30 }]);
        _engine.ExpectFrom(10, TestTape.Start);
        if (traded)
        {
            Apply(10, TestTape.Start + 1, 100);
        }

        for (var second = 1; second < 300; second++)
        {
            _engine.Tick(TestTape.Start + (second * Micros.PerSecond), PipelineReading.Unknown with { TradingExpected = tradingExpected });
        }

        Assert.Equal(alerts, _observer.Alerts.Count(alert => alert.State == AlertState.Firing));
    }

    [Fact]
    public void Tick_AGapOlderThanTheRetentionExpires()
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Tick(TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
        Apply(12, TestTape.Start + 2, 300);
        Tick(TestTape.Start + (25 * Micros.PerHour));

        Assert.Equal(GapState.Expired, _observer.Gaps[^1].State);
        Assert.Empty(_engine.Gaps);
        Assert.Equal(ApplyResult.TooLate, Apply(11, TestTape.Start + 2, 300)); // lost before, not held: never silently dropped
        Assert.Equal(1, _engine.Counts.DeadLetters);
    }

    [Fact]
    public void Apply_GivesUpTheOldestGapsOfASourceThatLosesTradesWithoutEnd()
    {
        const int Most = 100;
        var engine = new SymbolEngine(TestTape.Spec, new EngineOptions { MaxGaps = Most }, _observer);
        engine.ExpectFrom(10, TestTape.Start);
        for (var index = 0; index < 5_000; index++)
        {
            var print = Print.Trade(TestTape.Spec, 11 + (2 * index), TestTape.Start + 1 + (index * Micros.PerSecond / 10), 100, 10, TakerSide.Buy);
            Assert.Equal(ApplyResult.Accepted, engine.Apply(in print));
            Assert.InRange(engine.Gaps.Count, 0, Most);
        }

        var lost = _observer.Gaps.Where(gap => gap.State == GapState.Expired).ToArray();
        Assert.Equal(5_000 - Most, lost.Length);
        Assert.Equal(Enumerable.Range(0, 5_000 - Most).Select(index => 10L + (2 * index)), lost.Select(gap => gap.Missing.First));
        Assert.Equal(Most, engine.MissingIds);
        Assert.All(_observer.Final.Values, candle => Assert.Equal(CandleStatus.Provisional, candle.Status));
        Assert.All(Minutes()[..^1], minute => Assert.InRange(minute.MissingIds, 600, 602)); // ten a second, and those at its edges

        // The rest can still be filled.
        var late = Print.Trade(TestTape.Spec, 10 + (2 * 4_999), TestTape.Start + (499 * Micros.PerSecond), 100, 10, TakerSide.Buy);
        Assert.Equal(ApplyResult.Accepted, engine.Apply(in late));
    }

    [Fact]
    public void Tick_AWindowWhoseTradesExpiredIsNeverComplete()
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Tick(TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
        Apply(12, TestTape.Start + 2, 300);
        Tick(TestTape.Start + (25 * Micros.PerHour));
        Apply(13, TestTape.Start + (26 * Micros.PerHour), 300);

        var touched = _observer.Final.Values.Where(candle => candle.OpenTimeMicros <= TestTape.Start && candle.EndMicros > TestTape.Start).ToArray();
        Assert.True(touched.Length >= 6);
        Assert.All(touched, candle => Assert.Equal((CandleStatus.Provisional, 1L), (candle.Status, candle.MissingIds)));
    }

    [Fact]
    public void Tick_AGapNoticedBeforeTheFirstTickCountsFromIt()
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Apply(14, TestTape.Start + 1, 100);
        Tick(TestTape.Start + Micros.PerSecond);

        Assert.Equal(GapState.Open, Assert.Single(_engine.Gaps).State);
    }

    [Fact]
    public void OnInterrupted_NothingIsClosedByClockUntilTheTailIsKnown()
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
        _engine.OnInterrupted(TestTape.Start + Micros.PerMinute);
        Tick(TestTape.Start + (10 * Micros.PerMinute));
        Assert.Empty(Minutes());

        _engine.ConfirmLastId(10, TestTape.Start + (10 * Micros.PerMinute), _engine.InterruptedMicros);
        Assert.Equal(10, Minutes().Length);
        Assert.All(Minutes(), minute => Assert.Equal(CandleStatus.Complete, minute.Status));
    }

    [Fact]
    public void Apply_AJumpInTimeDoesNotStepThroughEverySecond()
    {
        _engine.ExpectFrom(10, TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
        Apply(11, Micros.Latest - 1, 300);

        Assert.True(Minutes().Length < 20_000);
        Assert.Equal(ApplyResult.TooLate, Apply(12, TestTape.Start + Micros.PerHour, 100));
        Assert.Equal(1, _engine.Counts.DeadLetters);
    }

    [Fact]
    public void Seed_CompletesTheRunningDayFromTheExchangesKlines()
    {
        var midnight = CandleInterval.OneDay.OpenOf(TestTape.Start);
        var minutes = new List<Candle>();
        for (var open = midnight; open < TestTape.Start; open += Micros.PerMinute)
        {
            minutes.Add(new Candle
            {
                Interval = CandleInterval.OneMinute,
                OpenTimeMicros = open,
                Open = 90,
                High = 110,
                Low = 80,
                Close = 95,
                Volume = 7,
                TradeCount = 3,
                FirstId = -1,
                LastId = -1,
                Status = CandleStatus.Verified,
                Flags = CandleFlags.FromExchange,
            });
        }

        _engine.Seed(minutes);
        _engine.ExpectFrom(10, TestTape.Start);
        Apply(10, TestTape.Start + 1, 100, quantity: 5);

        var day = Assert.Single(_engine.LiveCandles(CandleInterval.OneDay));
        Assert.Equal((90, 110, 80, 100), (day.Open, day.High, day.Low, day.Close));
        Assert.Equal((7 * minutes.Count) + 5, day.Volume);
        Assert.Equal((3 * minutes.Count) + 1, day.TradeCount);
        Assert.Equal(CandleFlags.FromExchange, day.Flags);
    }

    [Fact]
    public void Apply_RevisesTheWhalesAroundAGapThatWasGivenUp()
    {
        var engine = new SymbolEngine(TestTape.Spec, new EngineOptions { Analytics = new AnalyticsOptions { WhaleFloor = 1 } }, _observer);
        Print Trade(long id) => Print.Trade(TestTape.Spec, id, TestTape.Start + 1, 20_000, 1_000, TakerSide.Buy); // 2 USDT each
        engine.ExpectFrom(10, TestTape.Start);
        engine.Tick(TestTape.Start, PipelineReading.Unknown);
        engine.Apply(Trade(10));
        engine.Apply(Trade(12));
        engine.Tick(TestTape.Start + (16 * Micros.PerMinute), PipelineReading.Unknown);
        Assert.Equal([10L, 12L], _observer.Whales.Select(whale => whale.FirstId));

        engine.Apply(Trade(11));
        var whale = _observer.Whales[^1];
        Assert.Equal((10, 12, 6.0, true), (whale.FirstId, whale.LastId, whale.NotionalUsd, whale.Revised));
    }

    [Fact]
    public void Apply_AllocatesNothingPerPrintInSteadyState()
    {
        var tape = TestTape.Create(11, 60_000, meanGapMillis: 5, pauses: false);

        // Windows are still growing; see EngineSteadyStateTests. The runtime may load a class in between, but not each time.
        Assert.InRange(Math.Min(Allocated(tape), Allocated(tape)), 0, 30_000 / 10);
    }

    private static long Allocated(TestTape tape)
    {
        var engine = new SymbolEngine(TestTape.Spec, new EngineOptions(), SilentObserver.Instance);
        engine.ExpectFrom(TestTape.FirstId, TestTape.Start);
        var index = 0;
        for (; index < 30_000; index++)
        {
            engine.Apply(in tape.Prints[index]);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (; index < tape.Prints.Length; index++)
        {
            engine.Apply(in tape.Prints[index]);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private ApplyResult Apply(long id, long time, long price, long quantity = 10)
    {
        var print = Print.Trade(TestTape.Spec, id, time, price, quantity, TakerSide.Buy);
        return _engine.Apply(in print);
    }

    private void Tick(long micros) => _engine.Tick(micros, PipelineReading.Unknown);

    private Candle[] Minutes() => [.. _observer.Final.Values.Where(candle => candle.Interval == CandleInterval.OneMinute)];
}
