using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Pipeline;

public sealed class LatencyRecorderTests
{
    private const long Now = 1_700_000_000_000_000;

    [Theory]
    [InlineData(1, 1_000_000)]
    [InlineData(-2_000_000, 500_000)]
    [InlineData(0, 40)]
    public void Describe_IsWithinThreePercentOfTheSortedQuantiles(long least, long spread)
    {
        var random = new Random(5);
        var recorder = new LatencyRecorder("exchange");
        var values = Enumerable.Range(0, 20_000).Select(_ => least + random.NextInt64(spread)).ToArray();
        foreach (var value in values)
        {
            recorder.Record(value, Now);
        }

        Array.Sort(values);
        var figures = recorder.Describe(Now);
        Assert.Equal(values.Length, figures.Count);
        Assert.Equal(values[^1] / 1_000d, figures.Max);
        Check(0.50, figures.P50);
        Check(0.95, figures.P95);
        Check(0.99, figures.P99);

        void Check(double quantile, double actual)
        {
            var exact = values[(int)Math.Ceiling(values.Length * quantile) - 1] / 1_000d;
            Assert.InRange(actual, exact - (Math.Abs(exact) * 0.03) - 0.001, exact + (Math.Abs(exact) * 0.03) + 0.001);
        }
    }

    [Theory]
    [InlineData(6_450_001)]
    [InlineData(-6_450_001)]
    public void Describe_NoQuantileIsBeyondTheLargest(long only)
    {
        var recorder = new LatencyRecorder("alert");
        recorder.Record(only, Now);
        var figures = recorder.Describe(Now);
        Assert.True(figures.P99 <= figures.Max, $"{figures}");
    }

    [Fact]
    public void Describe_ForgetsWhatIsOlderThanAMinute()
    {
        var recorder = new LatencyRecorder("exchange");
        recorder.Record(5_000, Now);
        recorder.Record(7_000, Now + (59 * Micros.PerSecond));

        Assert.Equal(2, recorder.Describe(Now + (59 * Micros.PerSecond)).Count);
        Assert.Equal(1, recorder.Describe(Now + (70 * Micros.PerSecond)).Count);
        Assert.Equal(0, recorder.Describe(Now + (130 * Micros.PerSecond)).Count);
    }
}
