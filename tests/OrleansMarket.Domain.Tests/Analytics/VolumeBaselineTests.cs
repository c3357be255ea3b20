using FsCheck;
using FsCheck.Fluent;
using OrleansMarket.Domain.Analytics;

namespace OrleansMarket.Domain.Tests.Analytics;

public class VolumeBaselineTests
{
    /// <summary>Any values, many of them equal, some taken out again: the same as sorting.</summary>
    [Fact]
    public void MedianAndDeviation_EqualSorting() =>
        Prop.ForAll<NonEmptyArray<int>, NonNegativeInt>((values, removed) =>
        {
            var tested = new VolumeBaseline();
            var held = new List<float>();
            foreach (var value in values.Get)
            {
                tested.Add(value % 20 / 4f);
                held.Add(value % 20 / 4f);
            }

            for (var i = removed.Get % held.Count; i > 0; i--)
            {
                tested.Remove(held[i]);
                held.RemoveAt(i);
            }

            var median = Median([.. held.Select(value => (double)value)]);
            Assert.Equal(held.Count, tested.Count);
            Assert.Equal(median, tested.Median());
            Assert.Equal(Median([.. held.Select(value => Math.Abs(value - median))]), tested.MedianAbsoluteDeviation(median), 12);
        }).Holds();

    private static double Median(List<double> values)
    {
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }
}
