using FsCheck;
using FsCheck.Fluent;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Domain.Tests.Portfolio;

public class PortfolioValuationTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Value_AddsUpHoldingsWithWeightsChangeAndProfit()
    {
        var worth = Value(
            [Held("BTC", 0.5m, 20_000), Held("ETH", 4), Held("USD", 1_000)],
            Price("BTC", 60_000, 20, age: 3), Price("ETH", 2_500, -50, age: 9), UnitPrice.Cash);

        // BTC 30,000 (25,000 a day ago), ETH 10,000 (20,000 a day ago), cash 1,000.
        Assert.Equal(41_000m, worth.Value.Usd);
        Assert.Equal(["BTC", "ETH", "USD"], worth.Holdings.Select(line => line.Asset));
        Assert.Equal(new[] { 30_000, 10_000, 1_000 }.Select(usd => Math.Round(usd / 41_000d, 12)), worth.Holdings.Select(line => Math.Round(line.Weight!.Value, 12)));
        Assert.Equal([5_000m, -10_000m, 0m], worth.Holdings.Select(line => line.Change24h!.Value));
        Assert.Equal(-5_000m, worth.Change24h.Usd);
        Assert.Equal(-5_000 / 46_000d, worth.Change24h.Ratio!.Value, 12);
        Assert.Equal((10_000m, 0.5), (worth.ProfitLoss.Usd!.Value, worth.ProfitLoss.Ratio!.Value));
        Assert.Equal("no price or no cost basis: ETH, USD", worth.ProfitLoss.Reason);
        Assert.Equal((3, Now.AddSeconds(-9)), (worth.Value.Samples, worth.Value.AsOf));
        Assert.Equal(["cash", "exchange"], worth.Value.Sources);
        Assert.Null(worth.Value.Reason);
    }

    [Fact]
    public void UnknownAsset_IsLeftOutAndNamed()
    {
        var worth = Value([Held("BTC", 1, 1), Held("NOPE", 7, 10)], Price("BTC", 100, 0), new UnitPrice { Asset = "NOPE", Problem = "no source knows NOPE" });
        Assert.Equal((100m, "no price: NOPE"), (worth.Value.Usd!.Value, worth.Value.Reason));
        var line = worth.Holdings[^1];
        Assert.Equal(("NOPE", "no source knows NOPE"), (line.Asset, line.Problem));
        Assert.Null(line.Value);
        Assert.Null(line.Weight);
        Assert.Null(line.ProfitLoss);
    }

    [Fact]
    public void NothingKnown_IsNoFigure_NotZero()
    {
        var worth = Value([Held("NOPE", 7)]);
        Assert.Null(worth.Value.Usd);
        Assert.Null(worth.Change24h.Usd);
        Assert.Null(worth.ProfitLoss.Usd);
        Assert.Equal("no source was asked for NOPE", worth.Holdings[0].Problem);
    }

    [Fact]
    public void StalePrice_MarksHoldingAndFigures()
    {
        var worth = Value([Held("BTC", 1), Held("ETH", 1)], Price("BTC", 100, 0) with { IsStale = true }, Price("ETH", 100, 0) with { IsSingleSource = true });
        Assert.True(worth.Value.IsStale);
        Assert.True(worth.Holdings.Single(line => line.Asset == "BTC").IsStale);
        Assert.True(worth.Holdings.Single(line => line.Asset == "ETH").IsSingleSource);
    }

    [Theory]
    [InlineData(PriceQuality.Agreed, false, false)]
    [InlineData(PriceQuality.SingleSource, true, false)]
    [InlineData(PriceQuality.Disputed, false, true)]
    public void Holding_TellsHowFarItsPriceIsConfirmed(PriceQuality quality, bool isSingleSource, bool isDisputed)
    {
        var price = new AssetPrice { Asset = "BTC", Price = 100, Quality = quality, Rule = PriceRule.Binance, Sources = [], Quotes = [], UsdtRate = UsdRates.Assumed.Usdt };
        var line = Value([Held("BTC", 1)], UnitPrice.From(price)).Holdings[0];
        Assert.Equal((isSingleSource, isDisputed, false), (line.IsSingleSource, line.IsDisputed, line.IsStale));
    }

    [Theory]
    [InlineData(-100)]
    [InlineData(-99.99999999999999)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e300)]
    public void ImpossibleChange_GivesNoChange(double percent)
    {
        var worth = Value([Held("BTC", 1)], Price("BTC", 100, percent));
        Assert.Null(worth.Change24h.Usd);
        Assert.Equal("no price of 24 hours ago: BTC", worth.Change24h.Reason);
        Assert.Equal(100m, worth.Value.Usd);
    }

    [Fact]
    public void LargestHoldings_DoNotOverflow()
    {
        var holdings = Enumerable.Range(0, PortfolioValidator.MaxHoldings).Select(i => Held($"A{i}", PortfolioValidator.MaxAmount, PortfolioValidator.MaxAmount)).ToArray();
        var worth = Value(holdings, [.. holdings.Select(holding => Price(holding.Asset, 1_000_000_000_000, 1_000))]);
        Assert.Equal(50 * 1e27m, worth.Value.Usd);
    }

    [Fact]
    public void Weights_AddUpToOne_AndChangesToTheSum() => Prop.ForAll<NonEmptyArray<PositiveInt>>(seeds =>
    {
        var prices = seeds.Get.Take(20).Select((seed, i) => Price($"A{i}", seed.Get / 100m, (seed.Get % 150) - 50)).ToArray();
        var worth = Value([.. prices.Select((price, i) => Held(price.Asset, (i + 1) / 3m))], prices);
        Assert.Equal(1, worth.Holdings.Sum(line => line.Weight!.Value), 9);
        Assert.Equal(worth.Holdings.Sum(line => line.Quantity * line.Price), worth.Value.Usd);
        Assert.Equal((double)worth.Holdings.Sum(line => line.Change24h!.Value), (double)worth.Change24h.Usd!.Value, 6);
    }).Holds();

    private static PortfolioWorth Value(Holding[] holdings, params UnitPrice[] prices) => PortfolioValuation.Value(holdings, prices.ToDictionary(price => price.Asset), Now);

    private static Holding Held(string asset, decimal quantity, decimal? cost = null) => new() { Asset = asset, Quantity = quantity, CostBasis = cost };

    private static UnitPrice Price(string asset, decimal usd, double change, int age = 1) =>
        new() { Asset = asset, Usd = usd, Change24hPercent = change, Source = "exchange", AsOf = Now.AddSeconds(-age) };
}
