using FsCheck;
using FsCheck.Fluent;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Analytics;

/// <summary>What holds for the sweeps of any tape.</summary>
public class SweepPropertyTests
{
    [Fact]
    public void Sweeps_CutTheTapeIntoTheLongestStretchesThatAreOneOrder() =>
        Prop.ForAll<NonEmptyArray<int>>(seeds =>
        {
            var prints = Tape(seeds.Get);
            var tested = new AnalyticsUnderTest(new AnalyticsOptions { WhaleFloor = 1e-9, WhaleMinSweeps = 10_000 });
            for (var i = 0; i < prints.Count; i++)
            {
                if (i > 0 && prints[i].FirstId > prints[i - 1].LastId + 1)
                {
                    tested.OnHole(new IdRange(prints[i - 1].LastId + 1, prints[i].FirstId - 1));
                }

                tested.OnPrint(prints[i]);
            }

            tested.OnSecond(AnalyticsTape.Start + Micros.PerSecond);

            // Every trade is in exactly one sweep, in order, with all it brought.
            var cut = tested.Whales.Select(sweep => prints.Where(print => print.FirstId >= sweep.FirstId && print.LastId <= sweep.LastId).ToList()).ToList();
            Assert.Equal(prints, cut.SelectMany(part => part));
            Assert.All(tested.Whales.Zip(cut), pair =>
            {
                var (sweep, part) = pair;
                Assert.True(IsOneOrder(part));
                Assert.Equal(part.Sum(print => print.TradeCount), sweep.TradeCount);
                Assert.Equal(part.Sum(print => print.Quantity), sweep.Quantity);
                Assert.Equal(part.Sum(print => (decimal)print.QuoteAmount), (decimal)sweep.QuoteAmount);
                Assert.Equal(part.Select(print => print.Price).Distinct().Count(), sweep.Levels);
            });

            // None could be longer.
            Assert.All(cut.Zip(cut.Skip(1)), pair => Assert.False(IsOneOrder([.. pair.First, pair.Second[0]])));
        }).Holds();

    private static bool IsOneOrder(List<Print> part)
    {
        var steps = part.Zip(part.Skip(1)).ToList();
        return part.Select(print => (print.Taker, print.TradeTimeMicros)).Distinct().Count() == 1
            && steps.TrueForAll(step => step.Second.FirstId == step.First.LastId + 1)
            && (steps.TrueForAll(step => step.Second.Price >= step.First.Price) || part[0].Taker == TakerSide.Sell)
            && (steps.TrueForAll(step => step.Second.Price <= step.First.Price) || part[0].Taker == TakerSide.Buy);
    }

    /// <summary>A small world, so that sides, times, prices and ids often meet.</summary>
    private static List<Print> Tape(int[] seeds)
    {
        var prints = new List<Print>();
        var (id, time) = (1L, AnalyticsTape.Start);
        foreach (var seed in seeds.Select(Math.Abs))
        {
            var random = new Random(seed);
            for (var i = 0; i < 4; i++)
            {
                id += random.Next(8) == 0 ? 3 : 0;
                time += random.Next(4) == 0 ? 1 : 0;
                var (count, price, quantity) = (random.Next(1, 3), random.Next(100, 103), random.Next(1, 1_000));
                prints.Add(new Print(id, id + count - 1, time, price, quantity, price * quantity, (TakerSide)random.Next(2)));
                id += count;
            }
        }

        return prints;
    }
}
