using OrleansMarket.Web.Api;

namespace OrleansMarket.Web.Tests.Api;

public class ApiTimeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-01-15T12:00:00Z")]
    [InlineData("2026-01-15T12:00Z")]
    [InlineData("2026-01-15T12:00:00")]
    [InlineData("2026-01-15 12:00:00")]
    [InlineData("2026-01-15T14:00:00+02:00")]
    [InlineData("2026-01-15T14:00:00 02:00")] // the plus of a query, decoded
    [InlineData("2026-01-15T12:00:00.000000Z")]
    [InlineData("1768478400")]
    [InlineData("1768478400000")]
    [InlineData("1768478400000000")]
    public void TryParse_ReadsNoonInEveryForm(string text)
    {
        Assert.True(ApiTime.TryParse(text, out var instant));
        Assert.Equal(Noon, instant);
    }

    [Fact]
    public void TryParse_KeepsMicroseconds()
    {
        Assert.True(ApiTime.TryParse("1768478400123456", out var epoch));
        Assert.True(ApiTime.TryParse("2026-01-15T12:00:00.123456Z", out var iso));
        Assert.Equal(Noon.AddMicroseconds(123_456), epoch);
        Assert.Equal(epoch, iso);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("now")]
    [InlineData("15.01.2026")]
    [InlineData("2026-13-01")]
    [InlineData("9223372036854775807")]
    public void TryParse_RefusesTheRest(string? text) => Assert.False(ApiTime.TryParse(text, out _));
}
