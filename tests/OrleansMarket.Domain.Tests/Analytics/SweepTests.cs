using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Analytics;

/// <summary>Which trades are one sweep. With a floor below any notional every sweep is a whale, so that each is heard of.</summary>
public class SweepTests
{
    private const TakerSide Buy = TakerSide.Buy;
    private const TakerSide Sell = TakerSide.Sell;

    private static readonly AnalyticsOptions EverySweep = new() { WhaleFloor = 1e-9, WhaleMinSweeps = 10_000 };

    /// <summary>Each case: trades as "side price @time", then the ids of the sweeps they make.</summary>
    public static TheoryData<string, string, string> Cases() => new()
    {
        { "a single trade", "B100@0", "1" },
        { "one side, one time, one price", "B100@0 B100@0 B100@0", "1-3" },
        { "a buy that climbs", "B100@0 B101@0 B105@0", "1-3" },
        { "a sale that falls", "S100@0 S99@0 S90@0", "1-3" },
        { "another side", "B100@0 S100@0", "1 2" },
        { "another time by one microsecond", "B100@0 B100@1", "1 2" },
        { "a buy whose price moves back", "B100@0 B101@0 B100@0", "1-2 3" },
        { "a sale whose price moves back", "S100@0 S99@0 S100@0", "1-2 3" },
        { "sides that alternate", "B100@0 S100@0 B100@0 B100@0", "1 2 3-4" },
        { "a hole inside", "B100@0 hole B100@0", "1 12" },
        { "a hole after", "B100@0 B100@0 hole", "1-2" },
        { "an interruption without missing ids", "B100@0 halt B100@0", "1 2" },
        { "a print of several trades", "B100@0x5 B100@0", "1-6" },
        { "watermark between trades of one time", "B100@0 second B100@0", "1 2" },
        { "time that runs backwards", "B100@5 B100@4", "1 2" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void OnPrint_JoinsTradesIntoSweeps(string name, string trades, string expected)
    {
        var tested = new AnalyticsUnderTest(EverySweep);
        Play(tested, trades);
        tested.OnSecond(AnalyticsTape.Start + (10 * Micros.PerSecond));
        Assert.Equal(expected, string.Join(' ', tested.Whales.Select(sweep => sweep.FirstId == sweep.LastId ? $"{sweep.FirstId}" : $"{sweep.FirstId}-{sweep.LastId}")));
    }

    [Fact]
    public void OnPrint_KeepsTheSweepOpenUntilItsEndIsKnown()
    {
        var tested = new AnalyticsUnderTest(EverySweep);
        Play(tested, "B100@0 B101@0");
        Assert.Empty(tested.Whales);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void OnSecond_EndsASweepOnlyBeforeTheBoundary(long boundaryAfterTrade, int ended)
    {
        var tested = new AnalyticsUnderTest(EverySweep);
        var boundary = AnalyticsTape.Start + Micros.PerSecond;
        tested.OnPrint(new Print(1, 1, boundary - boundaryAfterTrade, 100, 1_000, 100_000, Buy));
        tested.OnSecond(boundary);
        Assert.Equal(ended, tested.Whales.Count);
    }

    [Fact]
    public void OnWhale_DescribesTheSweep()
    {
        var tested = new AnalyticsUnderTest(EverySweep);
        Play(tested, "S98@0 B100@1 B100@1 B102@1 B105@1");
        tested.OnSecond(AnalyticsTape.Start + Micros.PerSecond);
        var sweep = tested.Whales[1];
        Assert.Equal((2, 5), (sweep.FirstId, sweep.LastId));
        Assert.Equal(4, sweep.TradeCount);
        Assert.Equal(AnalyticsTape.Start + 1, sweep.TradeTimeMicros);
        Assert.Equal(Buy, sweep.Taker);
        Assert.Equal(4_000, sweep.Quantity);
        Assert.Equal((100 + 100 + 102 + 105) * 1_000, sweep.QuoteAmount);
        Assert.Equal((100, 105, 3), (sweep.FirstPrice, sweep.LastPrice, sweep.Levels));
        Assert.Equal(98, sweep.PriceBefore);
        Assert.Equal((105 / 98.0) - 1, sweep.Impact, 12);

        // Scaled by 2 + 5 decimals.
        Assert.Equal(407_000 / 1e7, sweep.NotionalUsd, 12);
    }

    [Fact]
    public void OnWhale_KnowsNoPriceBeforeTheFirstPrintNorBehindAHole()
    {
        var tested = new AnalyticsUnderTest(EverySweep);
        Play(tested, "B100@0 hole B101@0");
        tested.OnSecond(AnalyticsTape.Start + Micros.PerSecond);
        Assert.All(tested.Whales, sweep => Assert.Equal(0, sweep.PriceBefore));
        Assert.All(tested.Whales, sweep => Assert.True(double.IsNaN(sweep.Impact)));
    }

    [Fact]
    public void OnPrint_TakesAMissingIdForAHole()
    {
        var tested = new AnalyticsUnderTest(EverySweep);
        tested.OnPrint(new Print(1, 1, AnalyticsTape.Start, 100, 1_000, 100_000, Buy));
        tested.OnPrint(new Print(3, 3, AnalyticsTape.Start, 100, 1_000, 100_000, Buy));
        tested.OnSecond(AnalyticsTape.Start + Micros.PerSecond);
        Assert.Equal([1L, 3L], tested.Whales.Select(sweep => sweep.FirstId));
        Assert.Equal(0, tested.Whales[1].PriceBefore);
    }

    [Fact]
    public void OnSecond_SignalsTheLargestWhaleOfThatSecondOnly()
    {
        var tested = new AnalyticsUnderTest(new AnalyticsOptions { WhaleFloor = 0.5 });
        var start = AnalyticsTape.Start;
        tested.OnPrint(new Print(1, 1, start, 100, 60_000, 6_000_000, Buy));
        tested.OnPrint(new Print(2, 4, start + 1, 100, 90_000, 9_000_000, Sell));
        tested.OnPrint(new Print(5, 5, start + 2, 100, 50_000, 5_000_000, Buy));
        tested.OnPrint(new Print(6, 6, start + 3, 100, 49_999, 4_999_900, Sell));
        tested.OnSecond(start + Micros.PerSecond);
        Assert.Equal(Figure.Of(0.9, 3), tested.Frame[Signal.WhaleNotional]);
        Assert.Equal([1L, 2L, 5L], tested.Whales.Select(sweep => sweep.FirstId));

        tested.OnSecond(start + (2 * Micros.PerSecond));
        Assert.Equal(Figure.None(FigureStatus.Undefined), tested.Frame[Signal.WhaleNotional]);
    }

    [Fact]
    public void OnWhale_SumsAmountsBeyond64Bits()
    {
        var spec = SymbolSpec.Widest(new Symbol("PEPEIDR"));
        var tested = new AnalyticsUnderTest(EverySweep, spec);
        var amount = Int128.CreateChecked(long.MaxValue) * 1_000;
        for (var id = 1; id <= 3; id++)
        {
            tested.OnPrint(new Print(id, id, AnalyticsTape.Start, 100, long.MaxValue, amount, Buy));
        }

        tested.OnSecond(AnalyticsTape.Start + Micros.PerSecond);
        var sweep = Assert.Single(tested.Whales);
        Assert.Equal(3 * amount, sweep.QuoteAmount);
        Assert.Equal(3 * (Int128)long.MaxValue, sweep.Quantity);
        Assert.Equal(3 * spec.Quantity(long.MaxValue), tested.Figures.Flow[0].TakerBuyVolume);
    }

    private static void Play(AnalyticsUnderTest tested, string trades)
    {
        var id = 1L;
        var boundary = AnalyticsTape.Start;
        foreach (var word in trades.Split(' '))
        {
            switch (word)
            {
                case "hole":
                    tested.OnHole(new IdRange(id, id + 9));
                    id += 10;
                    break;
                case "halt":
                    tested.OnHole(new IdRange(id, id - 1));
                    break;
                case "second":
                    tested.OnSecond(boundary += Micros.PerSecond);
                    break;
                default:
                    var parts = word[1..].Split('@', 'x');
                    var count = parts.Length > 2 ? int.Parse(parts[2]) : 1;
                    var price = long.Parse(parts[0]);
                    tested.OnPrint(new Print(
                        id, id + count - 1, AnalyticsTape.Start + long.Parse(parts[1]), price, 1_000, price * 1_000, word[0] == 'B' ? Buy : Sell));
                    id += count;
                    break;
            }
        }
    }
}
