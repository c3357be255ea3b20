using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Engine;

/// <summary>Candles without trades carry the close before them, also when a repair changes that close after they were reported.</summary>
public sealed class CarriedCandleTests
{
    private const CandleFlags Carried = CandleFlags.Carried | CandleFlags.Repaired;

    private static readonly EngineOptions Options = new() { RepairPatience = TimeSpan.FromSeconds(1) };

    private readonly RecordingObserver _observer = new();

    [Fact]
    public void RepairOfTheLastTradeBeforeQuietMinutes_RevisesThem()
    {
        var engine = Engine(_observer);
        Apply(engine, 0, seconds: 1, price: 100);
        Apply(engine, 2, seconds: 190, price: 300); // one trade is missing, and two quiet minutes
        Tick(engine, 190);
        Tick(engine, 192); // the patience is over
        Apply(engine, 3, seconds: 250, price: 300);
        Assert.DoesNotContain(_observer.Final.Values, candle => candle.Flags.HasFlag(CandleFlags.Carried)); // nobody knows what happened there

        Apply(engine, 1, seconds: 59, price: 200);

        Assert.Equal([(200, 2), (200, 0), (200, 0), (300, 1)], Minutes().Select(minute => (minute.Close, minute.TradeCount)));
        Assert.All(Minutes(), minute => Assert.Equal((CandleStatus.Complete, 0), (minute.Status, minute.MissingIds)));
        Assert.Equal([CandleFlags.Repaired, Carried, Carried, CandleFlags.None], Minutes().Select(minute => minute.Flags));
        Assert.Equal([1, 1, 1, 0], Minutes().Select(minute => minute.Revision)); // the last one only learned that nothing is missing
    }

    [Fact]
    public void LateTradeBehindTheClock_RevisesTheQuietMinutesAfterIt()
    {
        var engine = Engine(_observer);
        Apply(engine, 0, seconds: 1, price: 100);
        Tick(engine, 190);
        Assert.Equal([100, 100, 100], Minutes().Select(minute => minute.Close));

        Apply(engine, 1, seconds: 58, price: 200);
        Tick(engine, 191);

        Assert.Equal([200, 200, 200], Minutes().Select(minute => minute.Close));
        Assert.Equal([1, 1, 1], Minutes().Select(minute => minute.Revision));
        Apply(engine, 2, seconds: 250, price: 300);
        Assert.Equal([200, 200, 200, 200], Minutes().Select(minute => minute.Close)); // the minute after them carries it, too
    }

    [Fact]
    public void LateTradeOfAMinuteThatHadNoneYet_IsCounted()
    {
        var engine = Engine(_observer);
        Apply(engine, 0, seconds: 1, price: 100);
        Tick(engine, 190);

        Apply(engine, 1, seconds: 181, price: 200); // its second is over by the clock, its minute is not
        Apply(engine, 2, seconds: 250, price: 300);

        Assert.Equal([(100, 1), (100, 0), (100, 0), (200, 1)], Minutes().Select(minute => (minute.Close, minute.TradeCount)));
    }

    [Fact]
    public void QuietMinutesBehindALostTail_AreNotMadeUp()
    {
        var engine = Engine(_observer);
        Apply(engine, 0, seconds: 1, price: 100);
        engine.ConfirmLastId(TestTape.FirstId + 1, TestTape.Start + (20 * Micros.PerSecond), engine.InterruptedMicros); // one more trade than we have
        Tick(engine, 300);
        Tick(engine, 302);
        Tick(engine, 420);
        Assert.Equal([(TestTape.Start, 100L)], Minutes().Select(minute => (minute.OpenTimeMicros, minute.Close))); // what it cost is not known

        Apply(engine, 1, seconds: 19, price: 200);
        Tick(engine, 500);

        Assert.Equal(8, Minutes().Length);
        Assert.All(Minutes(), minute => Assert.Equal(200, minute.Close));
    }

    [Fact]
    public void QuietMinutesBehindATailThatNobodyFinds_StayUnknown()
    {
        var engine = Engine(_observer);
        Apply(engine, 0, seconds: 1, price: 100);
        engine.ConfirmLastId(TestTape.FirstId + 1, TestTape.Start + (20 * Micros.PerSecond), engine.InterruptedMicros);
        Tick(engine, 300);
        Tick(engine, 302);
        Tick(engine, 25 * 3_600); // longer than the retention
        Apply(engine, 2, seconds: 26 * 3_600, price: 300);

        Assert.Equal(GapState.Expired, _observer.Gaps[^1].State);
        Assert.DoesNotContain(Minutes(), minute => minute.Flags.HasFlag(CandleFlags.Carried));
    }

    [Fact]
    public void RebuiltMinute_RevisesTheQuietCandlesAfterIt()
    {
        var engine = Engine(_observer);
        Apply(engine, 0, seconds: 1, price: 100);
        Apply(engine, 1, seconds: (20 * 60) + 1, price: 300);
        Apply(engine, 2, seconds: (30 * 60) + 1, price: 300);
        var right = Print.Trade(TestTape.Spec, TestTape.FirstId, TestTape.Start + Micros.PerSecond, 150, 100, TakerSide.Buy);

        Assert.True(engine.Rebuild(new CandleRebuild(TestTape.Start, [right], [.. _observer.Final.Values])));

        var behind = _observer.Final.Values.Where(candle => candle.TradeCount == 0 && candle.OpenTimeMicros < TestTape.Start + (20 * Micros.PerMinute)).ToArray();
        Assert.Equal(["15m", "1m", "5m"], behind.Select(candle => candle.Interval.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(behind, candle => Assert.Equal((candle.OpenTimeMicros, 150, Carried, 1), (candle.OpenTimeMicros, candle.Close, candle.Flags, candle.Revision)));
        Assert.DoesNotContain(_observer.Final.Values, candle => candle.TradeCount == 0 && candle.OpenTimeMicros > TestTape.Start + (20 * Micros.PerMinute) && candle.Close != 300);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    [InlineData(7, true)]
    [InlineData(8, true)]
    [InlineData(11, true)]
    [InlineData(12, true)]
    [InlineData(13, false)]
    [InlineData(14, true)]
    [InlineData(15, false)]
    [InlineData(16, true)]
    [InlineData(17, true)]
    [InlineData(18, false)]
    public void AnyRepairedLoss_LeavesTheCandlesOfTheWholeTape(int seed, bool restarts)
    {
        var random = new Random(seed);
        var tape = TestTape.Create(seed, 300, meanGapMillis: 60_000);
        var engine = Engine(_observer);
        var lost = new List<Print>();
        var tick = TestTape.Start;
        foreach (var print in tape.Prints)
        {
            var isLost = random.Next(3) == 0 && print != tape.Prints[^1];
            if (isLost)
            {
                lost.Add(print);
            }
            else
            {
                engine.Apply(in print);
            }

            // Time passes, with and without the exchange telling its last id; now and then a loss is repaired, in any order.
            while (random.Next(3) > 0 && tick < print.TradeTimeMicros + (3 * Micros.PerMinute))
            {
                tick = Math.Max(tick, print.TradeTimeMicros) + random.Next(1, 40_000_000);
                if (random.Next(2) == 0 && print == tape.Prints.LastOrDefault(known => known.TradeTimeMicros <= tick))
                {
                    engine.ConfirmLastId(print.LastId, tick, engine.InterruptedMicros);
                }

                engine.Tick(tick, PipelineReading.Unknown);
                foreach (var repaired in lost.Where(lost => lost.LastId < engine.NextId && random.Next(4) == 0).OrderBy(_ => random.Next()).ToArray())
                {
                    engine.Apply(in repaired);
                    lost.Remove(repaired);
                }

                engine.Tick(++tick, PipelineReading.Unknown);
                AssertCarriedFollow();
                if (restarts)
                {
                    engine = Restart(engine);
                }
            }
        }

        foreach (var repaired in lost.OrderBy(_ => random.Next()))
        {
            engine.Apply(in repaired);
        }

        Assert.Equal(0, engine.MissingIds);
        Assert.Equal(0, engine.Counts.DeadLetters);
        engine.ConfirmLastId(tape.Prints[^1].LastId, Math.Max(tick, tape.Prints[^1].TradeTimeMicros), engine.InterruptedMicros);
        AssertIsWhole(tape, engine);
    }

    /// <summary>What is reported of a quiet window is always the close that is reported of the window before it.</summary>
    private void AssertCarriedFollow()
    {
        foreach (var candle in _observer.Final.Values.Where(candle => candle.Flags.HasFlag(CandleFlags.Carried)))
        {
            if (_observer.Final.TryGetValue((candle.Interval.Name, candle.OpenTimeMicros - candle.Interval.LengthMicros), out var before))
            {
                Assert.Equal((candle.Interval.Name, candle.OpenTimeMicros, before.Close), (candle.Interval.Name, candle.OpenTimeMicros, candle.Close));
            }
        }
    }

    /// <summary>Every window of every interval from the first trade on, by a plain walk over the tape.</summary>
    private void AssertIsWhole(TestTape tape, SymbolEngine engine)
    {
        foreach (var interval in CandleInterval.All)
        {
            var expected = tape.Expected(interval).ToDictionary(row => row.Open, row => row.Fields);
            decimal close = 0;
            for (var open = interval.OpenOf(tape.Prints[0].TradeTimeMicros); open + interval.LengthMicros <= engine.SettledToMicros; open += interval.LengthMicros)
            {
                if (expected.TryGetValue(open, out var fields))
                {
                    close = fields[3];
                }
                else if (interval == CandleInterval.OneSecond)
                {
                    continue;
                }

                var candle = _observer.Final[(interval.Name, open)];
                Assert.Equal((interval, open, 0L), (interval, open, candle.MissingIds));
                Assert.Equal(fields ?? [close, close, close, close, 0, 0, 0, 0, 0, -1, -1], tape.Row(candle));
                Assert.Equal(fields is null, candle.Flags.HasFlag(CandleFlags.Carried));
                Assert.Equal(open < TestTape.Start ? CandleStatus.Provisional : CandleStatus.Complete, candle.Status);
            }
        }
    }

    private Candle[] Minutes() => [.. _observer.Final.Values.Where(candle => candle.Interval == CandleInterval.OneMinute)];

    private SymbolEngine Restart(SymbolEngine engine)
    {
        var restored = new SymbolEngine(TestTape.Spec, Options, _observer);
        restored.Load(engine.Save());
        return restored;
    }

    private static SymbolEngine Engine(RecordingObserver observer)
    {
        var engine = new SymbolEngine(TestTape.Spec, Options, observer);
        engine.ExpectFrom(TestTape.FirstId, TestTape.Start);
        return engine;
    }

    private static void Apply(SymbolEngine engine, int index, long seconds, long price)
    {
        var print = Print.Trade(TestTape.Spec, TestTape.FirstId + index, TestTape.Start + (seconds * Micros.PerSecond), price, 100, TakerSide.Buy);
        Assert.Equal(ApplyResult.Accepted, engine.Apply(in print));
    }

    private static void Tick(SymbolEngine engine, long seconds) => engine.Tick(TestTape.Start + (seconds * Micros.PerSecond), PipelineReading.Unknown);
}
