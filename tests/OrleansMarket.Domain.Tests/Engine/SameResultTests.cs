using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Engine;

/// <summary>The design's "same result": order, repetition and repaired loss change no candle, no final figure and no alert key.</summary>
public sealed class SameResultTests
{
    private static readonly JsonSerializerOptions WithNaN = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private static readonly AlertRule[] Rules =
    [
        new() { Id = "move", Name = "Price move", Signal = Signal.PriceMove1m, Direction = AlertDirection.Magnitude, Enter = 0.001, Cooldown = TimeSpan.Zero },
        new() { Id = "buy-share", Name = "Buy share", Signal = Signal.BuyShare1m, Enter = 0.6, Exit = 0.5, Cooldown = TimeSpan.FromMinutes(1) },
        new() { Id = "whale", Name = "Whale", Signal = Signal.WhaleNotional, Enter = 100_000, Cooldown = TimeSpan.Zero },
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Apply_AnyOrderRepetitionAndRepairedLossGiveTheSameResult(int seed)
    {
        var tape = TestTape.Create(seed, 3_000);
        var expected = Run(tape.Prints);
        Assert.NotEmpty(expected.AlertKeys);

        foreach (var disturbed in Disturb(tape.Prints, new Random(seed)))
        {
            var actual = Run(disturbed);
            Assert.Equal(expected.Candles, actual.Candles);
            Assert.Equal(expected.Figures, actual.Figures);
            Assert.Equal(expected.AlertKeys, actual.AlertKeys);
            Assert.Equal(expected.Whales, actual.Whales);
        }
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public void Load_ContinuesBitForBitFromAnyPoint(int seed)
    {
        var random = new Random(seed);
        var prints = Disturb(TestTape.Create(seed, 1_500).Prints, random).Last();
        var whole = Engine(out _);
        var snapshots = new List<byte[]>();
        foreach (var (index, print) in prints.Index())
        {
            whole.Apply(in print);
            if (index % 97 == 0)
            {
                whole.Tick(TestTape.Start + (index * 50_000L), PipelineReading.Unknown);
                snapshots.Add(whole.Save());
            }
        }

        var end = whole.Save();
        foreach (var (number, snapshot) in snapshots.Index())
        {
            var restored = Engine(out _);
            restored.Load(snapshot);
            restored.SetRules(Rules);
            Assert.Equal(snapshot, restored.Save());
            for (var index = (number * 97) + 1; index < prints.Length; index++)
            {
                restored.Apply(in prints[index]);
                if (index % 97 == 0)
                {
                    restored.Tick(TestTape.Start + (index * 50_000L), PipelineReading.Unknown);
                }
            }

            Assert.Equal(end, restored.Save());
        }
    }

    /// <summary>Every trade arrives at least once: shuffled far and near, repeated, or lost first and repaired at the end.</summary>
    private static IEnumerable<Print[]> Disturb(Print[] prints, Random random)
    {
        yield return [.. prints.OrderBy(_ => random.Next())];
        yield return [.. prints.Select((print, index) => (print, Key: index + random.Next(-40, 40))).OrderBy(pair => pair.Key).Select(pair => pair.print)];
        yield return [.. prints.SelectMany(print => Enumerable.Repeat(print, random.Next(1, 4))), .. prints.Where(_ => random.Next(3) == 0)];
        var lost = prints.Where((_, index) => index / 37 % 5 == 3).ToHashSet();
        yield return [.. prints.Where(print => !lost.Contains(print)), .. lost];
        yield return [.. prints.Where(print => !lost.Contains(print)).Concat(prints.Where((_, index) => index % 11 == 0)), .. lost.Reverse()];
    }

    private static Outcome Run(Print[] prints)
    {
        var engine = Engine(out var observer);
        foreach (var print in prints)
        {
            engine.Apply(in print);
        }

        Assert.Equal(0, engine.MissingIds);
        Assert.Equal(0, engine.OpenGapCount);
        var figures = JsonSerializer.Serialize(engine.Figures, WithNaN);
        var candles = observer.Final.Values
            .Concat(CandleInterval.All.SelectMany(engine.LiveCandles))
            .Select(candle => candle with { Revision = 0, Flags = candle.Flags & ~CandleFlags.Repaired });
        return new Outcome([.. candles], figures, [.. observer.Alerts.Select(alert => $"{alert.Key} {alert.State}").Distinct()], [.. observer.Whales]);
    }

    private static SymbolEngine Engine(out RecordingObserver observer)
    {
        observer = new RecordingObserver();
        var engine = new SymbolEngine(TestTape.Spec, new EngineOptions(), observer);
        engine.SetRules(Rules);
        engine.ExpectFrom(TestTape.FirstId, TestTape.Start);
        return engine;
    }

    private sealed record Outcome(Candle[] Candles, string Figures, string[] AlertKeys, Sweep[] Whales);
}
