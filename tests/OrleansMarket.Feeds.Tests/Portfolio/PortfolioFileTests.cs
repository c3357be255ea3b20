using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Feeds.Portfolio;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Portfolio;

public sealed class PortfolioFileTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_TakesPortfoliosByName_WithEveryDigit()
    {
        var portfolios = Read(
            """
            {
              // Comments are welcome.
              "portfolios": {
                "main": { "holdings": [{ "asset": "btc", "quantity": 0.123456789012345678, "costBasis": 20000.50 }, { "asset": "USD", "quantity": 5 }] },
                "cold": { "holdings": [{ "asset": "ETH", "quantity": 3 }], },
              }
            }
            """);
        Assert.Equal(["cold", "main"], portfolios.Keys.Order());
        Assert.Equal([new Holding { Asset = "BTC", Quantity = 0.123456789012345678m, CostBasis = 20000.50m }, new Holding { Asset = "USD", Quantity = 5 }], portfolios["main"].Holdings);
        Assert.Equal((PortfolioOrigin.File, Now), (portfolios["main"].Origin, portfolios["main"].Updated));
    }

    [Theory]
    [InlineData("""{ "portfolios": { "main": { "holdings": [{ "asset": "BTC", "quantity": 0 }] } } }""", "portfolios.main.holdings[0].quantity: expected a number above 0")]
    [InlineData("""{ "portfolios": { "Main": { "holdings": [{ "asset": "BTC", "quantity": 1 }] } } }""", "portfolios.Main.name: expected 1 to 64 lower-case letters")]
    [InlineData("""{ "portfolios": { "main": { "holdings": [] } } }""", "portfolios.main.holdings: expected 1 to 50 holdings, found 0")]
    [InlineData("""{ "portfolios": { "main": null } }""", "portfolios.main.holdings: expected 1 to 50 holdings, found 0")]
    [InlineData("""{ "portfolios": { "main": { "holdings": [null] } } }""", "portfolios.main.holdings[0]: expected a holding, found null")]
    [InlineData("""{ "portfolios": { "main": { "holdings": [{ "asset": "BTC", "amount": 1 }] } } }""", "found an error at line 1 (portfolios.main.holdings[0]")]
    [InlineData("""{ "portfolios": { "main": { "holdings": [{ "asset": "BTC", "quantity": "much" }] } } }""", "found an error at line 1 (portfolios.main.holdings[0].quantity)")]
    [InlineData("{\n\"portfolios\": }", "found an error at line 2")]
    [InlineData("{}", "found an error at line 1")]
    [InlineData("", "found an error at line 1")]
    [InlineData("null", "found an error at line 1")]
    public void Read_SaysWhatIsWrongAndWhere(string content, string expected)
    {
        var error = Assert.Throws<PortfolioFileException>(() => Read(content)).Message;
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.StartsWith("Portfolio:File '", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }

    [Fact]
    public void Read_SaysThatThereIsNoFile() =>
        Assert.Contains("expected a file that can be read", Assert.Throws<PortfolioFileException>(() => PortfolioFile.Read(_folder.File("none.json"), Now)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_RefusesALargeFile() =>
        Assert.Contains("expected at most 1048576 bytes", Assert.Throws<PortfolioFileException>(() => Read(new string(' ', PortfolioFile.MaxBytes + 1))).Message, StringComparison.Ordinal);

    private IReadOnlyDictionary<string, PortfolioHoldings> Read(string content)
    {
        File.WriteAllText(_folder.File("portfolios.json"), content);
        return PortfolioFile.Read(_folder.File("portfolios.json"), Now);
    }
}
