using FsCheck;
using FsCheck.Fluent;
using OrleansMarket.Domain.Portfolio;

namespace OrleansMarket.Domain.Tests.Portfolio;

/// <summary>The figures against the literature, and against the plainest way to compute them.</summary>
public class DailyStatisticsTests
{
    // J. C. Hull, "Options, Futures, and Other Derivatives": closing prices of 21 consecutive days; he finds Σu = 0.09531 and s = 0.01216.
    private static readonly double[] Hull =
        [20.00, 20.10, 19.90, 20.00, 20.50, 20.25, 20.90, 20.90, 20.90, 20.75, 20.75, 21.00, 21.10, 20.90, 20.90, 21.25, 21.40, 21.40, 21.25, 21.75, 22.00];

    // F. J. Anscombe, "Graphs in Statistical Analysis", The American Statistician 27 (1973): the first set, correlation 0.816.
    private static readonly double[] AnscombeX = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
    private static readonly double[] AnscombeY = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];

    [Fact]
    public void Volatility_IsTheDeviationThatHullFinds_ScaledToAYearOf365Days()
    {
        var returns = Hull.Zip(Hull.Skip(1), (before, after) => Math.Log(after / before)).ToArray();
        Assert.Equal(0.09531, returns.Sum(), 0.000005);
        Assert.Equal(0.01216, DailyStatistics.Volatility(returns) / Math.Sqrt(365), 0.000005);
    }

    [Theory] // The first is the example in the documentation of Excel's PERCENTILE.INC; the others follow from the definition by hand.
    [InlineData(new double[] { 1, 3, 2, 4 }, 0.3, 1.9)]
    [InlineData(new double[] { 5 }, 0.01, 5)]
    [InlineData(new double[] { 3, 1 }, 0, 1)]
    [InlineData(new double[] { 3, 1 }, 1, 3)]
    [InlineData(new double[] { 40, 10, 30, 20, 50 }, 0.05, 12)]
    public void Quantile_LiesBetweenTheNeighbouringOrderStatistics(double[] sample, double probability, double expected) =>
        Assert.Equal(expected, DailyStatistics.Quantile(sample, probability), 12);

    [Fact]
    public void ValueAtRisk_IsTheLossOfTheBadDays_AndNeverBelowZero()
    {
        // 1,001 returns from −50 % to +50 % in steps of 0.1 %: position (n − 1) × 5 % is exactly the 51st.
        var returns = Enumerable.Range(-500, 1_001).Select(i => i / 1_000d).Reverse().ToArray();
        Assert.Equal(0.45, DailyStatistics.ValueAtRisk(returns, 0.95), 12);
        Assert.Equal(0.49, DailyStatistics.ValueAtRisk(returns, 0.99), 12);
        Assert.Equal(0, DailyStatistics.ValueAtRisk([0.01, 0.02, 0.03], 0.95));
    }

    [Fact]
    public void Correlation_IsWhatAnscombePublished()
    {
        Assert.Equal(0.816, DailyStatistics.Correlation(AnscombeX, AnscombeY)!.Value, 0.0005);
        Assert.Null(DailyStatistics.Correlation([1, 1, 1], [1, 2, 3]));
        Assert.Null(DailyStatistics.Correlation([0.1, 0.1, 0.1], [1, 2, 3]));
        Assert.Null(DailyStatistics.Correlation([1], [1]));
    }

    [Theory]
    [InlineData(new double[] { 100, 120, 90, 110, 130, 104 }, 0.25, 1, 2)]
    [InlineData(new double[] { 1, 2, 3 }, 0, 0, 0)]
    [InlineData(new double[] { 4, 3, 2, 1 }, 0.75, 0, 3)]
    [InlineData(new double[] { 7 }, 0, 0, 0)]
    [InlineData(new double[] { }, 0, 0, 0)]
    public void MaxDrawdown_IsTheDeepestFallFromAPeak(double[] values, double fraction, int peak, int trough)
    {
        var fall = DailyStatistics.MaxDrawdown(values);
        Assert.Equal(fraction, fall.Fraction, 12);
        Assert.Equal((peak, trough), (fall.Peak, fall.Trough));
    }

    [Fact]
    public void MaxDrawdown_IsTheWorstOfAllPairs() => Prop.ForAll<NonEmptyArray<byte>>(seeds =>
    {
        var values = seeds.Get.Select(seed => 1d + seed).ToArray();
        var worst = 0d;
        for (var i = 0; i < values.Length; i++)
        {
            for (var j = i; j < values.Length; j++)
            {
                worst = Math.Max(worst, (values[i] - values[j]) / values[i]);
            }
        }

        var fall = DailyStatistics.MaxDrawdown(values);
        Assert.Equal(worst, fall.Fraction, 12);
        Assert.Equal(worst, (values[fall.Peak] - values[fall.Trough]) / values[fall.Peak], 12);
    }).Holds();

    [Fact]
    public void Quantile_LeavesItsShareBelow_InAnyOrder() => Prop.ForAll<NonEmptyArray<int>, byte>((seeds, share) =>
    {
        var sample = seeds.Get.Select(seed => (double)seed).ToArray();
        var probability = share / 255d;
        var quantile = DailyStatistics.Quantile(sample, probability);
        Assert.Equal(quantile, DailyStatistics.Quantile([.. sample.Reverse()], probability));
        Assert.InRange(quantile, sample.Min(), sample.Max());

        // At least a share p of the sample is at or below it, give or take the one observation it lies behind.
        Assert.True(sample.Count(x => x <= quantile) >= Math.Floor(probability * (sample.Length - 1)));
        Assert.True(sample.Count(x => x < quantile) <= Math.Floor(probability * (sample.Length - 1)) + 1);
    }).Holds();

    [Fact]
    public void Correlation_DoesNotDependOnScaleOrSides() => Prop.ForAll<NonEmptyArray<short>>(seeds =>
    {
        var left = seeds.Get.Select(seed => (double)seed).ToArray();
        var right = seeds.Get.Select((seed, i) => (seed * 0.5) + (i * 37 % 11)).ToArray();
        if (DailyStatistics.Correlation(left, right) is not { } both)
        {
            return;
        }

        Assert.InRange(both, -1, 1);
        Assert.Equal(both, DailyStatistics.Correlation(right, left)!.Value, 9);
        Assert.Equal(-both, DailyStatistics.Correlation([.. left.Select(x => (-3 * x) + 5)], right)!.Value, 6);
        Assert.Equal(1, DailyStatistics.Correlation(left, left)!.Value, 9);
    }).Holds();
}
