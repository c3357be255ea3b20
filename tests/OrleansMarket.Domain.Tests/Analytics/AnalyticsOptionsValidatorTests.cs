using OrleansMarket.Domain.Analytics;

namespace OrleansMarket.Domain.Tests.Analytics;

public class AnalyticsOptionsValidatorTests
{
    public static TheoryData<string, AnalyticsOptions> Bad() => new()
    {
        { "whaleFloor", new() { WhaleFloor = 0 } },
        { "whaleFloor", new() { WhaleFloor = double.NaN } },
        { "whaleFloor", new() { WhaleFloor = double.PositiveInfinity } },
        { "whaleFloors.BTCUSDT", new() { WhaleFloors = new Dictionary<string, double> { ["BTCUSDT"] = -1 } } },
        { "whaleFloors.btcusdt", new() { WhaleFloors = new Dictionary<string, double> { ["btcusdt"] = 1 } } },
        { "whaleQuantile", new() { WhaleQuantile = 0.89 } },
        { "whaleQuantile", new() { WhaleQuantile = 1 } },
        { "whaleHistory", new() { WhaleHistory = 199, WhaleMinSweeps = 1 } },
        { "whaleHistory", new() { WhaleHistory = 10_001 } },
        { "whaleMinSweeps", new() { WhaleMinSweeps = 0 } },
        { "whaleMinSweeps", new() { WhaleMinSweeps = 301, WhaleHistory = 300 } },
        { "minActiveMinutes", new() { MinActiveMinutes = 1 } },
        { "minActiveMinutes", new() { MinActiveMinutes = 61 } },
        { "spikeMinActiveMinutes", new() { SpikeMinActiveMinutes = 1 } },
        { "spikeMinActiveMinutes", new() { SpikeMinActiveMinutes = 1_441 } },
        { "spikeMinNotional", new() { SpikeMinNotional = -1 } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Validate_NamesTheFieldThatIsWrong(string field, AnalyticsOptions options)
    {
        var problem = Assert.Single(AnalyticsOptionsValidator.Validate(options));
        Assert.Equal(field, problem.Key);
        Assert.Matches("^expected .*, found .*$", Assert.Single(problem.Value));
        var error = Assert.Throws<ArgumentException>(() => new AnalyticsUnderTest(options));
        Assert.Contains(field, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_AcceptsTheDefaultsAndTheEdges()
    {
        Assert.Empty(AnalyticsOptionsValidator.Validate(new()));
        Assert.Empty(AnalyticsOptionsValidator.Validate(new()
        {
            WhaleQuantile = 0.9,
            WhaleHistory = 200,
            WhaleMinSweeps = 200,
            MinActiveMinutes = 2,
            SpikeMinActiveMinutes = 1_440,
            SpikeMinNotional = 0,
            WhaleFloors = new Dictionary<string, double> { ["ETHUSDT"] = 50_000 },
        }));
        Assert.Empty(AnalyticsOptionsValidator.Validate(new() { WhaleQuantile = 0.9999, MinActiveMinutes = 60, SpikeMinActiveMinutes = 2, WhaleMinSweeps = 1 }));
    }
}
