using OrleansMarket.Domain.Alerts;

namespace OrleansMarket.Domain.Tests.Alerts;

public sealed class AlertDurationTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("5m", 300)]
    [InlineData("1h30m", 5_400)]
    [InlineData("1d", 86_400)]
    [InlineData("00:05:00", 300)]
    [InlineData("0s", 0)]
    public void TryParse_ReadsBothForms(string text, int seconds)
    {
        Assert.True(AlertDuration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("5x")]
    [InlineData("1m1h")]
    [InlineData("-5m")]
    [InlineData("99999999999s")]
    public void TryParse_RefusesTheRest(string text) => Assert.False(AlertDuration.TryParse(text, out _));
}
