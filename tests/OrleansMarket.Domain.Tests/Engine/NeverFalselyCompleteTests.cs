using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Engine;

/// <summary>
/// A market as it happens: a stream that loses, repeats, delays and is interrupted, ticks, last ids that are a second old, repairs that come when they come, and
/// restarts. Whatever is called complete on the way is the truth, at the moment it is said.
/// </summary>
public sealed class NeverFalselyCompleteTests
{
    [Theory]
    [InlineData(1, 900)]
    [InlineData(2, 900)]
    [InlineData(3, 100)]
    [InlineData(4, 100)]
    [InlineData(5, 20_000)]
    [InlineData(6, 20_000)]
    [InlineData(7, 5_000)]
    [InlineData(8, 5_000)]
    public void OnCandle_WhatIsCompleteEqualsTheWholeTape(int seed, int meanGapMillis)
    {
        var random = new Random(seed);
        var tape = TestTape.Create(seed, 4_000, meanGapMillis: meanGapMillis);
        var judge = new Judge(tape);
        var engine = Engine(judge);
        engine.ExpectFrom(TestTape.FirstId, TestTape.Start);
        var arrivals = new PriorityQueue<Print, long>();
        foreach (var print in tape.Prints)
        {
            // On its way for a moment, lost until a repair brings it, or twice.
            var delay = random.Next(50) == 0 ? random.NextInt64(Micros.PerSecond, 40 * Micros.PerSecond) : random.NextInt64(1_000, 300_000);
            arrivals.Enqueue(print, print.TradeTimeMicros + delay);
            if (random.Next(20) == 0)
            {
                arrivals.Enqueue(print, print.TradeTimeMicros + delay + random.NextInt64(0, 5 * Micros.PerSecond));
            }
        }

        var end = tape.Prints[^1].TradeTimeMicros + (5 * Micros.PerMinute);
        var nextTick = TestTape.Start;
        var known = 0;
        while (nextTick < end)
        {
            while (arrivals.TryPeek(out var print, out var time) && time <= nextTick)
            {
                arrivals.Dequeue();
                engine.Apply(in print);
            }

            engine.Tick(nextTick, PipelineReading.Unknown);
            switch (random.Next(60))
            {
                case 0:
                    engine.OnInterrupted(nextTick);
                    break;
                case 1 or 2 or 3:
                    // Every trade up to a second ago has an id up to the answer's; younger ones may.
                    var asked = nextTick - Micros.PerSecond;
                    while (known < tape.Prints.Length && tape.Prints[known].TradeTimeMicros <= asked + random.NextInt64(0, Micros.PerSecond))
                    {
                        known++;
                    }

                    engine.ConfirmLastId(TestTape.FirstId + known - 1, asked, engine.InterruptedMicros);
                    break;
                case 4:
                    engine = Restart(engine, judge, nextTick);
                    break;
            }

            nextTick += Micros.PerSecond;
        }

        Assert.Equal(0, engine.MissingIds);
        Assert.True(judge.Completed > 50, $"expected many complete candles, found {judge.Completed}");
        foreach (var interval in CandleInterval.All)
        {
            foreach (var (open, fields) in tape.Expected(interval).Where(row => row.Open + interval.LengthMicros < tape.Prints[^1].TradeTimeMicros))
            {
                Assert.Equal(fields, tape.Row(judge.Final[(interval.Name, open)]));
                Assert.Equal(open < TestTape.Start ? CandleStatus.Provisional : CandleStatus.Complete, judge.Final[(interval.Name, open)].Status);
            }
        }
    }

    private static SymbolEngine Engine(Judge judge) => new(TestTape.Spec, new EngineOptions(), judge);

    private static SymbolEngine Restart(SymbolEngine engine, Judge judge, long now)
    {
        var next = Engine(judge);
        next.Load(engine.Save());
        next.OnStarted(now);
        return next;
    }

    /// <summary>Compares whatever is called complete with plain arithmetic over the tape.</summary>
    private sealed class Judge(TestTape tape) : ISymbolObserver
    {
        private readonly Dictionary<(string, long), decimal[]> _truth = CandleInterval.All
            .SelectMany(interval => tape.Expected(interval).Select(row => (Key: (interval.Name, row.Open), row.Fields)))
            .ToDictionary(row => row.Key, row => row.Fields);

        public Dictionary<(string, long), Candle> Final { get; } = [];

        public int Completed { get; private set; }

        public void OnCandle(in Candle candle)
        {
            Final[(candle.Interval.Name, candle.OpenTimeMicros)] = candle;
            if (candle.Status != CandleStatus.Complete)
            {
                return;
            }

            Completed++;
            Assert.Equal(0, candle.MissingIds);
            if (_truth.TryGetValue((candle.Interval.Name, candle.OpenTimeMicros), out var fields))
            {
                Assert.Equal(fields, tape.Row(candle));
            }
            else
            {
                var (open, before) = (candle.OpenTimeMicros, default(Print));
                foreach (var print in tape.Prints)
                {
                    before = print.TradeTimeMicros < open ? print : before;
                }

                Assert.Equal((0L, before.Price), (candle.TradeCount, candle.Close));
            }
        }

        public void OnWhale(in Sweep sweep)
        {
        }

        public void OnGap(in Gap gap)
        {
        }

        public void OnAlert(AlertTransition transition)
        {
        }
    }
}
