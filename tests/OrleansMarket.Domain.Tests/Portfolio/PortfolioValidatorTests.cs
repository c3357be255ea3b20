using OrleansMarket.Domain.Portfolio;

namespace OrleansMarket.Domain.Tests.Portfolio;

public class PortfolioValidatorTests
{
    private static readonly Holding Good = new() { Asset = "BTC", Quantity = 0.5m, CostBasis = 0 };

    [Theory]
    [InlineData("main")]
    [InlineData("long-term-2")]
    [InlineData("7")]
    public void Name_InKebabCase_IsGood(string name) => Assert.Empty(Validate(name, Good));

    [Theory]
    [InlineData("")]
    [InlineData("Main")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a--b")]
    [InlineData("a b")]
    [InlineData("../a")]
    public void Name_OfAnyOtherForm_IsRefused(string name) => Assert.Contains($"found '{name}'", Validate(name, Good)["name"][0], StringComparison.Ordinal);

    public static TheoryData<Holding?, string, string> WrongHoldings => new()
    {
        { Good with { Asset = "BTC/USD" }, "holdings[0].asset", "expected an asset such as BTC (1 to 20 letters and digits), found 'BTC/USD'" },
        { Good with { Asset = "" }, "holdings[0].asset", "found ''" },
        { Good with { Asset = new string('A', 21) }, "holdings[0].asset", "1 to 20" },
        { Good with { Quantity = 0 }, "holdings[0].quantity", "expected a number above 0 and at most 1000000000000000, found 0" },
        { Good with { Quantity = -1 }, "holdings[0].quantity", "found -1" },
        { Good with { Quantity = PortfolioValidator.MaxAmount + 1 }, "holdings[0].quantity", "found 1000000000000001" },
        { Good with { CostBasis = -0.01m }, "holdings[0].costBasis", "found -0.01" },
        { null, "holdings[0]", "found null" },
    };

    [Theory]
    [MemberData(nameof(WrongHoldings))]
    public void Holding_ThatCannotBe_IsRefusedByField(Holding? holding, string field, string error)
    {
        var problem = Assert.Single(Validate("main", holding!));
        Assert.Equal(field, problem.Key);
        Assert.Contains(error, problem.Value[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Asset_MayStandOnlyOnce() =>
        Assert.Equal("expected each asset once, found btc again: add the quantities", Validate("main", Good, Good with { Asset = "btc" })["holdings[1].asset"][0]);

    [Fact]
    public void Normalised_WritesTickersInUpperCase() =>
        Assert.Equal("BTC", new PortfolioHoldings { Name = "main", Holdings = [Good with { Asset = "bTc" }] }.Normalised().Holdings[0].Asset);

    [Fact]
    public void Number_OfHoldings_IsBounded()
    {
        Assert.Equal("expected 1 to 50 holdings, found 0", Validate("main")["holdings"][0]);
        Assert.Empty(Validate("main", [.. Enumerable.Range(0, 50).Select(i => Good with { Asset = $"A{i}" })]));
        Assert.Equal("expected 1 to 50 holdings, found 51", Validate("main", [.. Enumerable.Range(0, 51).Select(i => Good with { Asset = $"A{i}" })])["holdings"][0]);
    }

    private static IReadOnlyDictionary<string, string[]> Validate(string name, params Holding[] holdings) =>
        PortfolioValidator.Validate(new PortfolioHoldings { Name = name, Holdings = holdings });
}
