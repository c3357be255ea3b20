using FsCheck;
using FsCheck.Fluent;
using OrleansMarket.Domain.Portfolio;

namespace OrleansMarket.Domain.Tests.Portfolio;

public class PortfolioRiskMeasureTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Yesterday = new(2026, 1, 14);

    [Fact]
    public void Risk_IsThatOfThePlainestImplementation() => Prop.ForAll<NonEmptyArray<byte>>(seeds =>
    {
        var random = new System.Random(seeds.Get.Aggregate(17, (sum, seed) => (sum * 31) + seed));
        var assets = new[] { "BTC", "ETH", "SOL" }[..(1 + random.Next(3))];
        var closes = assets.ToDictionary(asset => asset, _ => Walk(random, 200 + random.Next(300), holes: random.Next(3)));
        var quantities = assets.ToDictionary(asset => asset, _ => 1 + (decimal)random.Next(1_000) / 100);
        var prices = assets.ToDictionary(asset => asset, _ => 1 + (decimal)random.Next(100_000) / 100);
        var expected = NaiveRisk.Measure(closes, quantities, prices);
        var risk = Measure(closes, quantities, prices);

        Assert.Equal(expected.Returns, risk.Volatility.Samples);
        AssertFigure(expected.Returns >= 30, expected.Volatility, risk.Volatility);
        AssertFigure(expected.Returns >= 250, expected.Worst5, risk.ValueAtRisk95);
        AssertFigure(expected.Returns >= 250, expected.Worst1, risk.ValueAtRisk99);
        AssertFigure(expected.Returns >= 30, expected.Drawdown, risk.MaxDrawdown);
        if (risk.ValueAtRisk99.Ratio is { } worst)
        {
            Assert.True(worst >= risk.ValueAtRisk95.Ratio);
            Assert.Equal(worst * (double)assets.Sum(asset => quantities[asset] * prices[asset]), (double)risk.ValueAtRisk99.Usd!.Value, 0.01);
        }
    }).Holds();

    [Theory]
    [InlineData(250, null, "not enough history (249 of 250): BTC has 250 daily closes")]
    [InlineData(251, 250, null)]
    public void ValueAtRisk_Needs250Returns(int days, int? samples, string? reason)
    {
        var closes = new Dictionary<string, Dictionary<DateOnly, decimal>> { ["BTC"] = Walk(new System.Random(1), days, holes: 0) };
        var risk = Measure(closes, new() { ["BTC"] = 1 }, new() { ["BTC"] = 100 });
        Assert.Equal(samples, risk.ValueAtRisk95.Ratio is null ? null : risk.ValueAtRisk95.Samples);
        Assert.Equal(reason, risk.ValueAtRisk95.Reason);
        Assert.Equal(250, risk.ValueAtRisk99.Needed);
        Assert.NotNull(risk.Volatility.Ratio);
    }

    [Theory]
    [InlineData(60, "not enough history (59 of 60): ETH has 60 daily closes")]
    [InlineData(61, null)]
    public void Correlation_Needs60CommonReturns(int days, string? reason)
    {
        var random = new System.Random(2);
        var closes = new Dictionary<string, Dictionary<DateOnly, decimal>> { ["BTC"] = Walk(random, 400, 0), ["ETH"] = Walk(random, days, 0) };
        var pair = Assert.Single(Measure(closes, new() { ["BTC"] = 1, ["ETH"] = 1 }, new() { ["BTC"] = 100, ["ETH"] = 10 }).Correlations);
        Assert.Equal(("BTC", "ETH", reason), (pair.First, pair.Second, pair.Correlation.Reason));
        Assert.Equal(reason is null, pair.Correlation.Ratio is not null);
        Assert.Equal(days - 1, pair.Correlation.Samples);
    }

    [Fact]
    public void Correlation_OfTheSamePath_IsOne_AndOfItsMirror_MinusOne()
    {
        var path = Walk(new System.Random(3), 200, 0);
        var mirror = path.ToDictionary(day => day.Key, day => 10_000 / day.Value);
        var closes = new Dictionary<string, Dictionary<DateOnly, decimal>> { ["BTC"] = path, ["ETH"] = path, ["SOL"] = mirror };
        var pairs = Measure(closes, closes.Keys.ToDictionary(asset => asset, _ => 1m), closes.Keys.ToDictionary(asset => asset, _ => 1m)).Correlations;
        Assert.Equal([1, -1, -1], pairs.Select(pair => Math.Round(pair.Correlation.Ratio!.Value, 9)));
    }

    [Fact]
    public void Stablecoin_CarriesItsWeightAndNoRisk()
    {
        var path = Walk(new System.Random(4), 400, 0);
        var closes = new Dictionary<string, Dictionary<DateOnly, decimal>> { ["BTC"] = path };
        var alone = Measure(closes, new() { ["BTC"] = 1 }, new() { ["BTC"] = 100 });
        var mixed = Measure(closes, new() { ["BTC"] = 1, ["USDT"] = 100 }, new() { ["BTC"] = 100, ["USDT"] = 1 });
        Assert.Equal(alone.ValueAtRisk99.Ratio!.Value / 2, mixed.ValueAtRisk99.Ratio!.Value, 12);
        Assert.Equal((double)alone.ValueAtRisk99.Usd!.Value, (double)mixed.ValueAtRisk99.Usd!.Value, 0.01);
        Assert.Empty(mixed.Correlations);
    }

    [Fact]
    public void OnlyStablecoins_HaveNoRiskFigures_AndSaySo()
    {
        var risk = Measure([], new() { ["USDT"] = 5 }, new() { ["USDT"] = 1 });
        Assert.All([risk.Volatility, risk.ValueAtRisk95, risk.ValueAtRisk99, risk.MaxDrawdown], figure =>
        {
            Assert.Null(figure.Ratio);
            Assert.StartsWith("undefined: no holding moves", figure.Reason, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void AssetWithoutHistory_LeavesNoRiskFigureForTheRest()
    {
        var worth = Worth(new() { ["BTC"] = 1, ["NEW"] = 1 }, new() { ["BTC"] = 100, ["NEW"] = 100 });
        var histories = new Dictionary<string, DailyCloses>
        {
            ["BTC"] = Series("BTC", Walk(new System.Random(5), 400, 0)),
            ["NEW"] = new() { Asset = "NEW", Source = "", Problem = "the exchange lists no NEWUSDT" },
        };
        var risk = PortfolioRiskMeasure.Measure(worth, histories, Now);
        Assert.Null(risk.ValueAtRisk95.Ratio);
        Assert.Equal("not enough history (0 of 250): the exchange lists no NEWUSDT", risk.ValueAtRisk95.Reason);
    }

    [Fact]
    public void Figures_NameTheirSourcesAndTheAgeOfTheOldestInput()
    {
        var risk = Measure(new() { ["BTC"] = Walk(new System.Random(6), 400, 0) }, new() { ["BTC"] = 1 }, new() { ["BTC"] = 100 });
        Assert.Equal(["closes of BTC", "prices"], risk.ValueAtRisk95.Sources);
        Assert.Equal(new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero), risk.ValueAtRisk95.AsOf);
        Assert.False(risk.ValueAtRisk95.IsStale);
        var view = View(risk).Aged(Now.AddMinutes(1));
        Assert.Equal(12 * 3_600_000 + 60_000, view.Risk.ValueAtRisk95.AgeMs);

        var old = PortfolioRiskMeasure.Measure(
            Worth(new() { ["BTC"] = 1 }, new() { ["BTC"] = 100 }), new Dictionary<string, DailyCloses> { ["BTC"] = Series("BTC", Walk(new System.Random(6), 400, 0)) }, Now.AddDays(1));
        Assert.True(old.ValueAtRisk95.IsStale);
    }

    private static PortfolioView View(PortfolioRisk risk) => new() { Name = "main", Worth = Worth(new() { ["BTC"] = 1 }, new() { ["BTC"] = 100 }), Risk = risk };

    private static void AssertFigure(bool exists, double expected, PortfolioFigure figure)
    {
        if (exists)
        {
            Assert.Equal(expected, figure.Ratio!.Value, 9);
        }
        else
        {
            Assert.Null(figure.Ratio);
            Assert.Contains($"({figure.Samples} of {figure.Needed})", figure.Reason, StringComparison.Ordinal);
        }
    }

    private static PortfolioRisk Measure(
        Dictionary<string, Dictionary<DateOnly, decimal>> closes, Dictionary<string, decimal> quantities, Dictionary<string, decimal> prices) =>
        PortfolioRiskMeasure.Measure(
            Worth(quantities, prices),
            quantities.Keys.ToDictionary(asset => asset, asset => closes.TryGetValue(asset, out var path) ? Series(asset, path) : new DailyCloses { Asset = asset, Source = "", IsConstant = true }),
            Now);

    private static PortfolioWorth Worth(Dictionary<string, decimal> quantities, Dictionary<string, decimal> prices) => PortfolioValuation.Value(
        [.. quantities.Select(pair => new Holding { Asset = pair.Key, Quantity = pair.Value })],
        prices.ToDictionary(pair => pair.Key, pair => new UnitPrice { Asset = pair.Key, Usd = pair.Value, Source = "prices", AsOf = Now.AddSeconds(-2) }),
        Now);

    private static DailyCloses Series(string asset, Dictionary<DateOnly, decimal> path) =>
        new() { Asset = asset, Source = $"closes of {asset}", Closes = [.. path.OrderBy(day => day.Key).Select(day => new DailyClose(day.Key, day.Value))] };

    /// <summary>A walk that ends yesterday; holes are days that are missing.</summary>
    private static Dictionary<DateOnly, decimal> Walk(System.Random random, int days, int holes)
    {
        var price = 100d;
        var path = new Dictionary<DateOnly, decimal>();
        for (var i = 0; i < days; i++)
        {
            price *= Math.Exp((random.NextDouble() - 0.5) * 0.1);
            path[Yesterday.AddDays(i + 1 - days)] = (decimal)price;
        }

        for (var i = 0; i < holes; i++)
        {
            path.Remove(Yesterday.AddDays(-random.Next(1, days)));
        }

        return path;
    }
}
