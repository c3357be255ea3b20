using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Engine;

public sealed class SymbolSessionTests
{
    private readonly SymbolSession _session = NewSession();

    [Fact]
    public void PutBack_KeepsTheNewerReportOfEachCandle()
    {
        Begin();
        Apply(11, TestTape.Start + Micros.PerMinute, 100);
        var failed = _session.TakeCommit();
        Assert.Contains(failed.Candles, candle => candle.Interval == CandleInterval.OneMinute);
        Assert.False(_session.HasChanges);

        Apply(12, TestTape.Start + (2 * Micros.PerMinute), 100);
        _session.PutBack(failed);
        var next = _session.TakeCommit();

        Assert.Equal(2, next.Candles.Count(candle => candle.Interval == CandleInterval.OneMinute));
        Assert.Equal(failed.Alerts.Count, next.Alerts.Count);
    }

    [Fact]
    public void UnstoredCandles_AreThoseSinceTheLastCommitAndTheRunningOne()
    {
        Begin();
        Apply(11, TestTape.Start + Micros.PerMinute, 100);
        Assert.Equal(2, _session.UnstoredCandles(CandleInterval.OneMinute).Count);

        _session.TakeCommit();
        Assert.Equal(TestTape.Start + Micros.PerMinute, Assert.Single(_session.UnstoredCandles(CandleInterval.OneMinute)).OpenTimeMicros);
    }

    [Fact]
    public void OpenGaps_TellTheStoryOfEveryAttempt()
    {
        _session.Tick(TestTape.Start, PipelineReading.Unknown);
        Begin();
        Apply(15, TestTape.Start + 9, 100);
        var gap = Assert.Single(_session.Engine.Gaps);
        var found = Print.Trade(TestTape.Spec, 12, TestTape.Start + 3, 100, 1, TakerSide.Buy);
        _session.ApplyRepair(new GapRepair([found], [new GapOutcome(gap, [new(11, 11), new(13, 14)], TimeSpan.FromSeconds(1), "the exchange's database lags")]));

        var open = _session.OpenGaps();
        Assert.Equal([(13, 14), (11, 11)], open.Select(view => (view.FirstId, view.LastId)));
        Assert.All(open, view => Assert.Equal((1, "the exchange's database lags", GapState.Open), (view.Attempts, view.Note, view.State)));
    }

    [Fact]
    public void Load_RemembersTheStoryOfGaps()
    {
        _session.Tick(TestTape.Start, PipelineReading.Unknown);
        Begin();
        Apply(15, TestTape.Start + 9, 100);
        _session.ApplyRepair(new GapRepair([], [new GapOutcome(_session.Engine.Gaps[0], [new(11, 14)], null, "asked")]));

        var restored = NewSession();
        restored.Load(_session.Save());
        Assert.Equal(_session.OpenGaps(), restored.OpenGaps());
    }

    [Fact]
    public void Load_RefusesAStateCutShort() =>
        Assert.Contains("BTCUSDT", Assert.Throws<InvalidDataException>(() => NewSession().Load(_session.Save()[..100])).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_RefusesAStateOfAnotherScale()
    {
        var other = new SymbolSession(new SymbolSpec(new Symbol("BTCUSDT"), 3, 5), new EngineOptions(), SilentListener.Instance);
        Assert.Contains("decimals", Assert.Throws<InvalidDataException>(() => other.Load(_session.Save())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, CandleStatus.Verified, CandleFlags.None)]
    [InlineData("close 1, the exchange's 2", CandleStatus.Complete, CandleFlags.Mismatched)]
    public void MarkCompared_StoresTheVerdictOnce_AndRemembersWhatDiffers(string? difference, CandleStatus status, CandleFlags flags)
    {
        Begin();
        Apply(11, TestTape.Start + Micros.PerMinute, 100);
        _session.TakeCommit();
        var candle = Assert.Single(_session.Progress.Complete);
        _session.MarkCompared(in candle, difference);

        var stored = Assert.Single(_session.TakeCommit().Candles);
        Assert.Equal((status, flags), (stored.Status, stored.Flags));
        Assert.Empty(_session.Progress.Complete);

        var restored = NewSession();
        restored.Load(_session.Save());
        Assert.Equal(difference is null ? [] : [new MismatchView(Micros.ToInstant(TestTape.Start), difference)], restored.Mismatches);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_RemembersTheMinutesThatWaitForAComparison(bool inTheHotState)
    {
        Begin();
        var stored = new StoredParts();
        if (inTheHotState)
        {
            Store();
        }

        // Trade 11 is lost for longer than anything is kept; only then it comes.
        Apply(12, TestTape.Start + (2 * Micros.PerMinute), 100);
        _session.Tick(TestTape.Start + (3 * Micros.PerMinute), PipelineReading.Unknown);
        _session.Tick(TestTape.Start + (27 * Micros.PerHour), PipelineReading.Unknown);
        Store();
        Apply(11, TestTape.Start + Micros.PerMinute + 1, 100);
        Assert.True(_session.HasChanges);
        Store();

        var restored = NewSession();
        restored.Load(stored.State!);
        Assert.Equal([TestTape.Start + Micros.PerMinute], restored.Progress.Suspect);

        // Once it was compared nobody asks again.
        var candle = new Candle { Interval = CandleInterval.OneMinute, OpenTimeMicros = TestTape.Start + Micros.PerMinute, Open = 100, High = 100, Low = 100, Close = 100, TradeCount = 1 };
        restored.MarkCompared(in candle, difference: null);
        var after = NewSession();
        after.Load(restored.Save());
        Assert.Empty(after.Progress.Suspect);

        void Store()
        {
            var commit = _session.TakeSnapshot();
            stored = stored.Writes(commit).Last();
            _session.OnStateWritten();
            _session.Acknowledge(commit);
        }
    }

    private static SymbolSession NewSession() => new(TestTape.Spec, new EngineOptions(), SilentListener.Instance);

    private void Begin()
    {
        _session.Engine.ExpectFrom(10, TestTape.Start);
        Apply(10, TestTape.Start + 1, 100);
    }

    private void Apply(long id, long time, long price)
    {
        var print = Print.Trade(TestTape.Spec, id, time, price, 10, TakerSide.Buy);
        _session.Apply([new ReceivedPrint(print, time, time)], refuse: null);
    }
}
