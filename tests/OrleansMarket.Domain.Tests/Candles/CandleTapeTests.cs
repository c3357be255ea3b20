using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Tests.Engine;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Candles;

public sealed class CandleTapeTests
{
    private static readonly CandleInterval[] Several = [CandleInterval.OneMinute, CandleInterval.FiveMinutes, CandleInterval.OneHour];

    [Theory]
    [InlineData("1s")]
    [InlineData("1m")]
    [InlineData("1m,5m,1h")]
    [InlineData("1h,1s")]
    [InlineData("5m,1d")]
    public void WholeTape_GivesTheCandlesOfPlainDecimals(string intervals)
    {
        var tape = TestTape.Create(seed: 3, count: 20_000);
        var wanted = Parse(intervals);
        var heard = Run(tape.Prints, wanted, candles => candles.ExpectFrom(TestTape.FirstId, TestTape.Start - (TestTape.Start % Micros.PerDay)));

        foreach (var interval in wanted)
        {
            var ours = heard.Reports.Where(candle => candle.Interval == interval).ToList();
            var expected = tape.Expected(interval).ToList();
            Assert.Equal(expected.Select(window => window.Open), ours.Select(candle => candle.OpenTimeMicros));
            Assert.Equal(expected.Select(window => window.Fields), ours.Select(tape.Row));

            // The last window has no end yet; every other one is proven by what follows it.
            Assert.All(ours.SkipLast(1), candle => Assert.Equal(CandleStatus.Complete, candle.Status));
            Assert.Equal(CandleStatus.Provisional, ours[^1].Status);
        }
    }

    [Fact]
    public void JoiningInsideAWindow_IsPartial()
    {
        var tape = TestTape.Create(seed: 4, count: 500, pauses: false);

        var heard = Run(tape.Prints, Several);

        foreach (var first in heard.Reports.GroupBy(candle => candle.Interval).Select(series => series.First()))
        {
            Assert.True(first.Flags.HasFlag(CandleFlags.Partial));
            Assert.Equal(CandleStatus.Provisional, first.Status);
        }
    }

    [Fact]
    public void EndOfADay_ProvesTheLastWindow()
    {
        var tape = TestTape.Create(seed: 4, count: 500, pauses: false);
        var end = Micros.Floor(tape.Prints[^1].TradeTimeMicros, Micros.PerHour) + Micros.PerHour;

        var heard = Run(tape.Prints, Several, candles => candles.ExpectFrom(TestTape.FirstId, Micros.Floor(TestTape.Start, Micros.PerHour)), candles => candles.ConfirmEnd(end));

        Assert.All(heard.Reports, candle => Assert.Equal(CandleStatus.Complete, candle.Status));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void DisorderWithinSecondsAndRepeats_ChangeNothing(int seed)
    {
        var tape = TestTape.Create(seed, count: 5_000);
        var random = new Random(seed);
        var disturbed = tape.Prints
            .SelectMany(print => Enumerable.Repeat(print, random.Next(5) == 0 ? 2 : 1))
            .Select(print => (Print: print, At: print.TradeTimeMicros + random.NextInt64(0, 3 * Micros.PerSecond)))
            .OrderBy(arrival => arrival.At).Select(arrival => arrival.Print).ToList();
        // The first id must come first, else the tape begins later.
        disturbed.Remove(tape.Prints[0]);
        disturbed.Insert(0, tape.Prints[0]);

        var plain = Run(tape.Prints, Several);
        var heard = Run(disturbed, Several);

        Assert.Equal(plain.Reports.OrderBy(Key), heard.Reports.OrderBy(Key));
    }

    [Fact]
    public void Hole_IsCountedInTheWindowsItMayBelongTo()
    {
        var tape = TestTape.Create(seed: 5, count: 3_000, pauses: false);
        var missing = new IdRange(TestTape.FirstId + 1_000, TestTape.FirstId + 1_004);

        var heard = Run(tape.Prints.Where(print => !missing.Contains(new IdRange(print.FirstId, print.FirstId))), [CandleInterval.OneMinute]);

        var touched = tape.Prints.Where(print => print.FirstId >= missing.First - 1 && print.FirstId <= missing.Last + 1)
            .Select(print => CandleInterval.OneMinute.OpenOf(print.TradeTimeMicros)).Distinct().ToHashSet();
        Assert.All(heard.Reports.Skip(1).SkipLast(1), candle =>
        {
            Assert.Equal(touched.Contains(candle.OpenTimeMicros) ? 5 : 0, candle.MissingIds);
            Assert.Equal(touched.Contains(candle.OpenTimeMicros) ? CandleStatus.Provisional : CandleStatus.Complete, candle.Status);
        });
        Assert.Equal([GapState.Open, GapState.GivenUp], heard.Gaps.Select(gap => gap.State));
    }

    [Fact]
    public void HoleFilledWithinPatience_LeavesNoTrace()
    {
        var tape = TestTape.Create(seed: 6, count: 3_000, pauses: false);
        var late = tape.Prints.AsSpan(1_000, 5).ToArray();
        var arrivals = tape.Prints.Except(late).ToList();
        arrivals.InsertRange(1_400, late);

        var plain = Run(tape.Prints, Several);
        var heard = Run(arrivals, Several);

        Assert.Equal(plain.Reports.OrderBy(Key), heard.Reports.OrderBy(Key));
        Assert.Equal(GapState.Repaired, heard.Gaps[^1].State);
    }

    [Fact]
    public void HoleFilledTooLate_IsRefusedAndCounted()
    {
        var tape = TestTape.Create(seed: 7, count: 30_000, pauses: false);
        var late = tape.Prints.AsSpan(1_000, 5).ToArray();
        var arrivals = tape.Prints.Except(late).Concat(late).ToList();
        var observer = new RecordingObserver();
        var candles = new CandleTape([CandleInterval.OneMinute], TimeSpan.FromMinutes(10), observer);
        foreach (var print in arrivals)
        {
            candles.Add(in print);
        }

        candles.Finish();

        Assert.Equal(5, candles.Counts.DeadLetters);
        Assert.Equal(tape.Prints.Length - 5, candles.Counts.Trades);
        Assert.Equal(tape.Prints.Length - 5, observer.Reports.Sum(candle => candle.TradeCount));
    }

    [Fact]
    public void IdThatNoExchangeCanHaveReached_IsRefused_AndChangesNothing()
    {
        var tape = TestTape.Create(seed: 7, count: 5_000);
        var absurd = tape.Prints[2_000];
        absurd = Print.Trade(TestTape.Spec, 1_000_000_000_000_000, absurd.TradeTimeMicros, 1, 1, TakerSide.Buy);

        var plain = Run(tape.Prints, Several);
        var heard = Run([.. tape.Prints[..2_000], absurd, .. tape.Prints[2_000..]], Several);

        Assert.Equal(plain.Reports, heard.Reports);
        Assert.Empty(heard.Gaps);
    }

    [Fact]
    public void EmptyTape_SaysNothing()
    {
        var heard = Run([], Several);

        Assert.Empty(heard.Reports);
    }

    private static (long Length, long Open) Key(Candle candle) => (candle.Interval.LengthMicros, candle.OpenTimeMicros);

    private static CandleInterval[] Parse(string names) =>
        [.. names.Split(',').Select(name => CandleInterval.TryParse(name, out var interval) ? interval : throw new ArgumentException(name))];

    private static RecordingObserver Run(
        IEnumerable<Print> prints, CandleInterval[] intervals, Action<CandleTape>? before = null, Action<CandleTape>? after = null)
    {
        var observer = new RecordingObserver();
        var candles = new CandleTape(intervals, TimeSpan.FromHours(1), observer);
        before?.Invoke(candles);
        foreach (var print in prints)
        {
            candles.Add(in print);
        }

        after?.Invoke(candles);
        candles.Finish();
        return observer;
    }
}
