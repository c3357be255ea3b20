using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Analytics;

public class WhaleThresholdTests
{
    /// <summary>Quote units of a trade at price 1.00 with one scaled quantity unit per 0.00001.</summary>
    private const long OneUnit = 100_000;

    [Theory]
    [InlineData(199, true, 5)]
    [InlineData(200, false, 199)]
    public void Threshold_IsTheFloorUntil200Sweeps(int sweeps, bool isFloor, double threshold)
    {
        var tested = new AnalyticsUnderTest(new AnalyticsOptions { WhaleFloor = 5 });
        GiveSweeps(tested, Enumerable.Range(1, sweeps).Select(size => size * OneUnit));

        // The 199th of 1…200 is the smallest that 99.5 % do not exceed.
        Assert.Equal(new WhaleFigures(threshold, "USD", sweeps, isFloor), tested.Figures.Whale);
    }

    [Fact]
    public void Threshold_IsTheFloorWhereTheQuantileIsLower()
    {
        var tested = new AnalyticsUnderTest(new AnalyticsOptions { WhaleFloor = 199.5 });
        GiveSweeps(tested, Enumerable.Range(1, 200).Select(size => size * OneUnit));
        Assert.Equal(new WhaleFigures(199.5, "USD", 200, true), tested.Figures.Whale);
    }

    [Fact]
    public void Threshold_RestsOnTheSweepsBefore()
    {
        var tested = new AnalyticsUnderTest(new AnalyticsOptions { WhaleFloor = 1 });
        GiveSweeps(tested, Enumerable.Repeat(10 * OneUnit, 300));
        tested.Whales.Clear();
        GiveSweeps(tested, [10 * OneUnit, (10 * OneUnit) - 1], firstId: 1_000);
        Assert.Equal(1_000, Assert.Single(tested.Whales).FirstId);
        Assert.Equal(10, tested.Whales[0].Threshold);
    }

    [Fact]
    public void Threshold_ForgetsSweepsBeyondTheLast10000()
    {
        var tested = new AnalyticsUnderTest(new AnalyticsOptions { WhaleFloor = 1 });
        GiveSweeps(tested, Enumerable.Repeat(50 * OneUnit, 100));
        GiveSweeps(tested, Enumerable.Repeat(2 * OneUnit, 9_949), firstId: 1_000);

        // 51 large ones among the last 10,000 still reach the 9,950th rank; 50 do not.
        Assert.Equal((50, 10_000), (tested.Figures.Whale.Threshold, tested.Figures.Whale.Sweeps));
        GiveSweeps(tested, [2 * OneUnit], firstId: 20_000);
        Assert.Equal((2, 10_000), (tested.Figures.Whale.Threshold, tested.Figures.Whale.Sweeps));
    }

    [Fact]
    public void Floor_MayDifferBySymbol()
    {
        var options = new AnalyticsOptions { WhaleFloors = new Dictionary<string, double> { ["BTCUSDT"] = 7 } };
        Assert.Equal(7, new AnalyticsUnderTest(options).Figures.Whale.Threshold);
        Assert.Equal(100_000, new AnalyticsUnderTest(options, new SymbolSpec(new Symbol("ETHUSDT"), 2, 5)).Figures.Whale.Threshold);
    }

    /// <summary>Any sequence, also with many ties: the same as sorting the last ones.</summary>
    [Theory]
    [InlineData(1, 200, 0.995, 3)]
    [InlineData(2, 200, 0.9, 1_000_000)]
    [InlineData(3, 1_000, 0.99, 40)]
    [InlineData(4, 1_000, 0.9999, 1_000_000)]
    [InlineData(5, 10_000, 0.995, 1_000_000)]
    [InlineData(6, 200, 0.9, 1)]
    public void SweepQuantile_EqualsSorting(int seed, int history, double quantile, int distinct)
    {
        var random = new Random(seed);
        var tested = new SweepQuantile(quantile, history);
        var all = new List<float>();
        var total = history * 4;
        for (var i = 0; i < total; i++)
        {
            // Rising, falling and steady stretches, so that departures use up the top.
            var trend = (i / history % 3) switch { 0 => 1.0, 1 => 1 - ((i % history) / (2.0 * history)), _ => 1 + ((i % history) / (double)history) };
            var value = (float)(random.Next(distinct) * trend);
            tested.Add(value);
            all.Add(value);
            if (i < 300 || i % (history / 40) == 0)
            {
                Assert.Equal(Sorted(all, history, quantile), tested.Value());
            }
        }
    }

    private static float Sorted(List<float> all, int history, double quantile)
    {
        var last = all.TakeLast(history).Order().ToList();
        return last[(int)Math.Ceiling((decimal)quantile * last.Count) - 1];
    }

    /// <summary>One sweep a microsecond, alternating sides.</summary>
    private static void GiveSweeps(AnalyticsUnderTest tested, IEnumerable<long> quantities, long firstId = 1)
    {
        var id = firstId;
        foreach (var quantity in quantities)
        {
            tested.OnPrint(new Print(id, id, AnalyticsTape.Start + id, 100, quantity, 100 * quantity, id % 2 == 0 ? TakerSide.Buy : TakerSide.Sell));
            id++;
        }

        tested.OnHole(new(id, id));
    }
}
