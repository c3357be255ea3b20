using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Engine;

/// <summary>A minute read again gives the candles of a stream that was right the first time.</summary>
public sealed class SymbolEngineRebuildTests
{
    private readonly RecordingObserver _observer = new();

    [Theory]
    [InlineData(20, 1)] // windows still live
    [InlineData(20, 8)] // pruned: known from the store alone
    [InlineData(20, 130)] // an hour later
    public void Rebuild_LeavesTheCandlesOfTheRightTape(int spoilt, int minutesLater)
    {
        var tape = TestTape.Create(4, 20_000, pauses: false);
        var open = TestTape.Start + (spoilt * Micros.PerMinute);
        var engine = Feed(tape, _observer, print => IsSpoilt(print, open) ? Spoil(print) : print, open + ((minutesLater + 1) * Micros.PerMinute));
        var right = new RecordingObserver();
        var undisturbed = Feed(tape, right, print => print, open + ((minutesLater + 1) * Micros.PerMinute));

        Assert.True(engine.Rebuild(new CandleRebuild(open, MinuteOf(tape, open), [.. _observer.Final.Values])));

        foreach (var (key, expected) in right.Final)
        {
            var actual = _observer.Final[key];
            Assert.Equal(tape.Row(expected), tape.Row(actual));
            Assert.Equal((expected.Status, expected.MissingIds), (actual.Status, actual.MissingIds));
        }

        var minute = _observer.Final[("1m", open)];
        Assert.Equal((1, CandleFlags.Repaired), (minute.Revision, minute.Flags));
        Assert.All(CandleInterval.All, interval => Assert.Equal(
            undisturbed.LiveCandles(interval).Select(tape.Row), engine.LiveCandles(interval).Select(tape.Row)));
        Assert.Equal(undisturbed.Figures.Volatility.Realised1h, engine.Figures.Volatility.Realised1h);
        Assert.Equal(undisturbed.Figures.Spike.ZScore, engine.Figures.Spike.ZScore);
    }

    [Fact]
    public void Rebuild_OfTheSameTradesChangesNothing()
    {
        var tape = TestTape.Create(4, 2_000, pauses: false);
        var open = TestTape.Start + (5 * Micros.PerMinute);
        var engine = Feed(tape, _observer, print => print, open + (3 * Micros.PerMinute));
        var reports = _observer.Reports.Count;

        Assert.False(engine.Rebuild(new CandleRebuild(open, MinuteOf(tape, open), [.. _observer.Final.Values])));
        Assert.Equal(reports, _observer.Reports.Count);
    }

    [Fact]
    public void Rebuild_LeavesTheRunningMinuteAlone()
    {
        var tape = TestTape.Create(4, 2_000, pauses: false);
        var open = TestTape.Start + (5 * Micros.PerMinute);
        var engine = Feed(tape, _observer, print => print, open + (30 * Micros.PerSecond));

        Assert.False(engine.Rebuild(new CandleRebuild(open, [.. MinuteOf(tape, open).Select(Spoil)], [.. _observer.Final.Values])));
    }

    private static SymbolEngine Feed(TestTape tape, RecordingObserver observer, Func<Print, Print> see, long until)
    {
        var engine = new SymbolEngine(TestTape.Spec, new EngineOptions(), observer);
        engine.ExpectFrom(TestTape.FirstId, TestTape.Start);
        foreach (var print in tape.Prints.TakeWhile(print => print.TradeTimeMicros < until))
        {
            var seen = see(print);
            engine.Apply(in seen);
        }

        return engine;
    }

    private static Print[] MinuteOf(TestTape tape, long open) =>
        [.. tape.Prints.Where(print => print.TradeTimeMicros >= open && print.TradeTimeMicros < open + Micros.PerMinute)];

    private static bool IsSpoilt(Print print, long open) => print.TradeTimeMicros >= open && print.TradeTimeMicros < open + (40 * Micros.PerSecond) && print.FirstId % 7 == 0;

    private static Print Spoil(Print print) => Print.Trade(
        TestTape.Spec, print.FirstId, print.TradeTimeMicros, print.Price * 3 / 2, print.Quantity + 11, print.Taker == TakerSide.Buy ? TakerSide.Sell : TakerSide.Buy);
}
