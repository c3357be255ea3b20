using FsCheck.Fluent;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Analytics;

/// <summary>Holes that were given up and filled after all.</summary>
public class SweepRepairTests
{
    private static readonly AnalyticsOptions EverySweep = new() { WhaleFloor = 1e-9, WhaleMinSweeps = 10_000 };

    /// <summary>Trades as "side price", * for one that is lost and comes last; then the sweeps reported anew, ! for revised.</summary>
    [Theory]
    [InlineData("B100 *B100 B100 S90", "1-3!")]
    [InlineData("B100 *S100 B100 S90", "2 3!")]
    [InlineData("B100 *B100 S90 B91", "1-2! 3!")]
    [InlineData("S90 *B100 B100 S90", "2-3!")]
    [InlineData("B100 *B101 B100 S90", "1-2! 3!")]
    [InlineData("B100 *B101 *B102 *S102 *S101 S101 B90", "1-3! 4-6!")]
    [InlineData("B100 *S100 *B100 *S100 *B100 S90 B91", "2 3 4 5 6!")]
    [InlineData("B100 *B100 B100 *B100 B100 S90", "1-5!")]
    [InlineData("B100 *S99 B100 *S99 B100 S90", "2 3! 4 5!")]
    public void OnLatePrint_RejoinsTheSweepsAroundTheHole(string trades, string expected)
    {
        var tested = new AnalyticsUnderTest(EverySweep);
        var late = Play(tested, trades);
        tested.Whales.Clear();
        late.ForEach(print => tested.Analytics.OnLatePrint(in print));
        var reported = tested.Whales.OrderBy(sweep => sweep.FirstId)
            .Select(sweep => (sweep.FirstId == sweep.LastId ? $"{sweep.FirstId}" : $"{sweep.FirstId}-{sweep.LastId}") + (sweep.Revised ? "!" : ""));
        Assert.Equal(expected, string.Join(' ', reported));
    }

    [Fact]
    public void OnLatePrint_WaitsForTheWholeHole()
    {
        var tested = new AnalyticsUnderTest(EverySweep);
        var late = Play(tested, "B100 *B100 *B100 B100 S90");
        tested.Whales.Clear();
        tested.Analytics.OnLatePrint(late[1]);
        Assert.Empty(tested.Whales);
        tested.Analytics.OnLatePrint(late[0]);
        Assert.Equal(4, Assert.Single(tested.Whales).TradeCount);
    }

    [Fact]
    public void OnLatePrint_WaitsForTheSweepBehindTheHole()
    {
        var tested = new AnalyticsUnderTest(EverySweep);
        var late = Play(tested, "B100 *B100 B100", endSecond: false);
        tested.Analytics.OnLatePrint(late[0]);
        Assert.Single(tested.Whales);
        tested.OnSecond(AnalyticsTape.Start + Micros.PerSecond);
        Assert.Equal((1, 3, true), (tested.Whales[^1].FirstId, tested.Whales[^1].LastId, tested.Whales[^1].Revised));
    }

    [Fact]
    public void OnLatePrint_FindsAWhaleThatWasNone()
    {
        // 0.04 + 0.03 + 0.04 quote units against a floor of 0.1.
        var tested = new AnalyticsUnderTest(new AnalyticsOptions { WhaleFloor = 0.1 });
        var id = 1L;
        Print Next(long quantity) => new(id, id++, AnalyticsTape.Start, 100, quantity, 100 * quantity, TakerSide.Buy);
        tested.OnPrint(Next(4_000));
        var late = Next(3_000);
        tested.OnHole(new IdRange(2, 2));
        tested.OnPrint(Next(4_000));
        tested.OnSecond(AnalyticsTape.Start + Micros.PerSecond);
        Assert.Empty(tested.Whales);
        tested.Analytics.OnLatePrint(in late);
        Assert.Equal((1, 3, false), (tested.Whales[0].FirstId, tested.Whales[0].LastId, tested.Whales[0].Revised));
        Assert.Equal(0.11, tested.Whales[0].NotionalUsd, 9);

        // It ended long ago: no signal for the second that runs now.
        tested.OnSecond(AnalyticsTape.Start + (2 * Micros.PerSecond));
        Assert.Equal(Figure.None(FigureStatus.Undefined), tested.Frame[Signal.WhaleNotional]);
    }

    [Fact]
    public void OnLatePrint_OfAnUnknownHoleChangesNothing()
    {
        var tested = new AnalyticsUnderTest(EverySweep);
        Play(tested, "B100 B101");
        var before = tested.Save();
        tested.Analytics.OnLatePrint(new Print(77, 77, AnalyticsTape.Start, 100, 1, 100, TakerSide.Buy));
        Assert.Equal(before, tested.Save());
    }

    [Fact]
    public void OnHole_TimeAndAgainStaysBounded()
    {
        var tested = new AnalyticsUnderTest(EverySweep);
        var length = 0;
        for (var i = 0; i < 1_000; i++)
        {
            tested.OnPrint(new Print(3 * i, 3 * i, AnalyticsTape.Start, 100, 1, 100, TakerSide.Buy));
            tested.OnHole(new IdRange((3 * i) + 1, (3 * i) + 2));
            if (i == 500)
            {
                length = tested.Save().Length;
            }
        }

        // Only the notionals of the sweeps go on growing, 4 bytes each.
        Assert.Equal(length + (499 * 4), tested.Save().Length);
    }

    /// <summary>Whatever is lost, and in whatever order it turns up: the same sweeps and the same threshold as without the loss.</summary>
    [Fact]
    public void RepairedLoss_LeavesTheSweepsOfAnUndisturbedRun() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var prints = Tape(random, random.Next(10, 60));
            var lost = prints.Skip(1).SkipLast(1).Where(_ => random.Next(3) == 0).ToHashSet();
            var undisturbed = new AnalyticsUnderTest(EverySweep with { WhaleMinSweeps = 1 });
            prints.ForEach(print => undisturbed.OnPrint(print));
            undisturbed.OnSecond(AnalyticsTape.Start + Micros.PerSecond);

            var disturbed = new AnalyticsUnderTest(EverySweep with { WhaleMinSweeps = 1 });
            var every = new AnalyticsUnderTest(EverySweep);
            var late = new List<Print>();
            var holeFrom = 0L;
            for (var i = 0; i < prints.Count; i++)
            {
                if (lost.Contains(prints[i]))
                {
                    late.Add(prints[i]);
                    holeFrom = holeFrom == 0 ? prints[i].FirstId : holeFrom;
                    if (!lost.Contains(prints[i + 1]))
                    {
                        disturbed.OnHole(new IdRange(holeFrom, prints[i].LastId));
                        every.OnHole(new IdRange(holeFrom, prints[i].LastId));
                        holeFrom = 0;
                    }
                }
                else
                {
                    disturbed.OnPrint(prints[i]);
                    every.OnPrint(prints[i]);
                }

                // Some turn up while the tape goes on.
                while (holeFrom == 0 && late.Count > 0 && random.Next(4) == 0)
                {
                    Fill(late[random.Next(late.Count)]);
                }

                if (random.Next(10) == 0)
                {
                    Restore(ref disturbed);
                    Restore(ref every);
                }
            }

            disturbed.OnSecond(AnalyticsTape.Start + Micros.PerSecond);
            every.OnSecond(AnalyticsTape.Start + Micros.PerSecond);
            while (late.Count > 0)
            {
                Fill(late[random.Next(late.Count)]);
            }

            var truth = new AnalyticsUnderTest(EverySweep);
            prints.ForEach(print => truth.OnPrint(print));
            truth.OnSecond(AnalyticsTape.Start + Micros.PerSecond);
            Assert.Equal(truth.Whales.Select(Plain), Latest(every.Whales).Select(Plain));
            Assert.Equal(undisturbed.Figures.Whale, disturbed.Figures.Whale);

            void Fill(Print print)
            {
                late.Remove(print);
                disturbed.Analytics.OnLatePrint(in print);
                every.Analytics.OnLatePrint(in print);
            }
        }).Holds(examples: 2_000);

    /// <summary>A report replaces those whose ids it covers.</summary>
    private static List<Sweep> Latest(List<Sweep> reports)
    {
        var latest = new List<Sweep>();
        foreach (var report in reports)
        {
            latest.RemoveAll(old => old.FirstId >= report.FirstId && old.LastId <= report.LastId);
            latest.Add(report);
        }

        return [.. latest.OrderBy(sweep => sweep.FirstId)];
    }

    private static Sweep Plain(Sweep sweep) => sweep with { Revised = false };

    private static void Restore(ref AnalyticsUnderTest tested)
    {
        var restored = new AnalyticsUnderTest(tested.Options);
        restored.Load(tested.Save());
        restored.Whales.AddRange(tested.Whales);
        tested = restored;
    }

    private static List<Print> Tape(Random random, int count)
    {
        var prints = new List<Print>();
        var (id, time) = (1L, AnalyticsTape.Start);
        for (var i = 0; i < count; i++)
        {
            time += random.Next(4) == 0 ? 1 : 0;
            var (trades, price, quantity) = (random.Next(1, 3), random.Next(100, 103), random.Next(1, 1_000));
            prints.Add(new Print(id, id + trades - 1, time, price, quantity, price * quantity, (TakerSide)random.Next(2)));
            id += trades;
        }

        return prints;
    }

    private static List<Print> Play(AnalyticsUnderTest tested, string trades, bool endSecond = true)
    {
        var late = new List<Print>();
        var id = 1L;
        var hole = 0L;
        foreach (var word in trades.Split(' '))
        {
            var isLost = word[0] == '*';
            var text = word.TrimStart('*');
            var price = long.Parse(text[1..]);
            var print = new Print(id, id, AnalyticsTape.Start, price, 1_000, price * 1_000, text[0] == 'B' ? TakerSide.Buy : TakerSide.Sell);
            if (isLost)
            {
                late.Add(print);
                hole = hole == 0 ? id : hole;
            }
            else
            {
                if (hole > 0)
                {
                    tested.OnHole(new IdRange(hole, id - 1));
                    hole = 0;
                }

                tested.OnPrint(print);
            }

            id++;
        }

        if (endSecond)
        {
            tested.OnSecond(AnalyticsTape.Start + Micros.PerSecond);
        }

        return late;
    }
}
