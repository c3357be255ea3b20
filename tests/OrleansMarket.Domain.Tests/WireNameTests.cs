using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Domain.Tests;

public class WireNameTests
{
    [Theory]
    [InlineData(Signal.PriceMove1m, "price-move-1m")]
    [InlineData(Signal.Volatility24h, "volatility-24h")]
    [InlineData(Signal.BuyShare5m, "buy-share-5m")]
    [InlineData(Signal.WhaleNotional, "whale-notional")]
    public void Of_BeginsAWordAtCapitalsAndDigits(Signal signal, string name) => Assert.Equal(name, WireName.Of(signal));

    [Fact]
    public void TryParse_UndoesOf()
    {
        foreach (var reason in Enum.GetValues<DeadLetterReason>())
        {
            Assert.True(WireName.TryParse<DeadLetterReason>(WireName.Of(reason), out var parsed));
            Assert.Equal(reason, parsed);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Firing")]
    [InlineData("1")]
    public void TryParse_RefusesOtherNames(string? name) => Assert.False(WireName.TryParse<AlertState>(name, out _));
}
