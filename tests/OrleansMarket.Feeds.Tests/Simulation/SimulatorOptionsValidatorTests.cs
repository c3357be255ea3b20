using OrleansMarket.Feeds.Simulation;

namespace OrleansMarket.Feeds.Tests.Simulation;

public sealed class SimulatorOptionsValidatorTests
{
    [Fact]
    public void Validate_AcceptsTheDefaults() => Assert.True(new SimulatorOptionsValidator().Validate(null, new()).Succeeded);

    [Theory]
    [InlineData(0)]
    [InlineData(100_001)]
    [InlineData(double.NaN)]
    public void Validate_NamesTheSettingAndWhatIsExpected(double rate)
    {
        var result = new SimulatorOptionsValidator().Validate(null, new() { TradesPerSecond = rate });

        Assert.StartsWith("Feeds:Simulator:TradesPerSecond: expected 0.001 to 100000, found ", Assert.Single(result.Failures!));
    }

    [Fact]
    public void Validate_ChecksEveryFault()
    {
        var faults = new SimulatorFaultOptions
        {
            Gaps = -0.1,
            LongestGap = 0,
            Duplicates = 0.6,
            Reordered = 2,
            FarthestReorder = 0,
            Malformed = 1,
            StallsPerHour = 4_000,
            StallLength = TimeSpan.Zero,
        };

        var result = new SimulatorOptionsValidator().Validate(null, new() { Faults = faults });

        Assert.Equal(
            typeof(SimulatorFaultOptions).GetProperties().Select(property => $"Feeds:Simulator:Faults:{property.Name}").Order(),
            result.Failures!.Select(failure => failure[..failure.IndexOf(": ", StringComparison.Ordinal)]).Order());
    }
}
