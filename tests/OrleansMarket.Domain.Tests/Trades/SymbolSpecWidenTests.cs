using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Trades;

public sealed class SymbolSpecWidenTests
{
    private static readonly SymbolSpec Narrow = new(new Symbol("ADAUSDT"), 3, 1)
    {
        BaseAsset = "ADA",
        QuoteAsset = "USDT",
        Status = SymbolStatus.Trading,
        MinPrice = 5,
        MaxPrice = 1_000,
        MinQuantity = 2,
    };

    [Fact]
    public void WithAtLeast_ScalesTheLimitsAlong()
    {
        var wide = Narrow.WithAtLeast(5, 4);

        Assert.Equal(5, wide.PriceDecimals);
        Assert.Equal(4, wide.QuantityDecimals);
        Assert.Equal(Narrow.Price(Narrow.MinPrice), wide.Price(wide.MinPrice));
        Assert.Equal(Narrow.Price(Narrow.MaxPrice), wide.Price(wide.MaxPrice));
        Assert.Equal(Narrow.Quantity(Narrow.MinQuantity), wide.Quantity(wide.MinQuantity));
        Assert.Equal(long.MaxValue, wide.MaxQuantity);
        Assert.Equal("ADA", wide.BaseAsset);
        Assert.Equal("USDT", wide.QuoteAsset);
        Assert.Equal(SymbolStatus.Trading, wide.Status);
    }

    [Fact]
    public void WithAtLeast_NeverNarrows() => Assert.Same(Narrow, Narrow.WithAtLeast(0, 1));

    [Theory]
    [InlineData(3, 1, 8, 8)]
    [InlineData(8, 0, 8, 8)]
    [InlineData(6, 5, 7, 8)]
    public void WithAtLeast_CutsTheSameQuoteAmount(int price, int quantity, int widePrice, int wideQuantity)
    {
        var narrow = new SymbolSpec(new Symbol("X"), price, quantity);
        var wide = narrow.WithAtLeast(widePrice, wideQuantity);

        var expected = narrow.Quote(narrow.QuoteAmount(123_457, 987_653));
        var found = wide.Quote(wide.QuoteAmount(
            123_457 * ScaledNumber.PowerOfTen(widePrice - price), 987_653 * ScaledNumber.PowerOfTen(wideQuantity - quantity)));

        Assert.Equal(expected, found);
    }
}
