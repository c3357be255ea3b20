using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Simulation;

namespace OrleansMarket.Feeds.Tests.Simulation;

public sealed class MarketModelTests
{
    private const long Noon = 1_767_268_800_000_000; // 2026-01-01T12:00:00Z

    [Theory]
    [InlineData("BTCUSDT", 20)]
    [InlineData("DOTUSDT", 0.2)]
    [InlineData("PEPEUSDT", 5)]
    [InlineData("BTCIDR", 1)]
    [InlineData("SOLUSDT", 2_000)]
    [InlineData("NEWCOINUSDT", 3)]
    public void From_IsContiguousMonotoneAndInsideTheLimits(string name, double rate)
    {
        var model = Model(name, rate);
        Print? last = null;

        foreach (var print in model.From(Noon - (5 * Micros.PerMinute)).TakeWhile(print => print.TradeTimeMicros < Noon).Take(200_000))
        {
            if (last is { } before)
            {
                Assert.Equal(before.LastId + 1, print.FirstId);
                Assert.True(print.TradeTimeMicros >= before.TradeTimeMicros);
            }

            Assert.InRange(print.Price, model.Spec.MinPrice, model.Spec.MaxPrice);
            Assert.InRange(print.Quantity, model.Spec.MinQuantity, model.Spec.MaxQuantity);
            last = print;
        }

        Assert.NotNull(last);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(700)]
    public void AnyAccess_GivesTheSameTrades(double rate)
    {
        var walked = Model("BTCUSDT", rate).From(Noon - Micros.PerMinute).TakeWhile(print => print.TradeTimeMicros < Noon).ToList();
        var middle = walked[walked.Count / 2];

        Assert.Equal(walked.SkipWhile(print => print.FirstId < middle.FirstId).Take(50), Model("BTCUSDT", rate).FromId(middle.FirstId).Take(50));
        Assert.Equal(walked.TakeLast(1_000), Model("BTCUSDT", rate).Newest(Noon - 1, 1_000));
        Assert.Equal(
            walked.First(print => print.TradeTimeMicros >= middle.TradeTimeMicros).FirstId, Model("BTCUSDT", rate).FirstIdAt(middle.TradeTimeMicros));
    }

    [Fact]
    public void FromId_FindsEveryIdAcrossQuietMinutesAndMidnight()
    {
        var midnight = Noon + (12 * Micros.PerHour);
        var walked = Model("DOTUSDT", 0.01).From(midnight - Micros.PerHour).TakeWhile(print => print.TradeTimeMicros < midnight + Micros.PerHour).ToList();

        Assert.True(walked.Count > 20);
        Assert.All(walked, print => Assert.Equal(print, Model("DOTUSDT", 0.01).FromId(print.FirstId).First()));
    }

    [Fact]
    public void OtherSeed_IsAnotherTape()
    {
        var one = Model("BTCUSDT", 20).From(Noon).First();
        var other = new MarketModel(SimulatedSymbol.Of(new Symbol("BTCUSDT")), 2, 20).From(Noon).First();

        Assert.NotEqual(one.Price, other.Price);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(25)]
    [InlineData(400)]
    public void Rate_IsTheOneAskedForOverADay(double rate)
    {
        var model = Model("BTCUSDT", rate);

        var trades = model.FirstIdAt(Noon + Micros.PerDay) - model.FirstIdAt(Noon);

        Assert.InRange(trades, rate * 86_400 * 0.7, rate * 86_400 * 1.3);
    }

    [Fact]
    public void Rate_OfAHundredThousandIsReachedWithSmallBlocks()
    {
        var model = Model("BTCUSDT", MarketModel.MaxTradesPerSecond);

        Assert.Equal(Micros.PerSecond / 10, model.BlockMicros);
        Assert.InRange(model.FirstIdAt(Noon + (60 * Micros.PerMinute)) - model.FirstIdAt(Noon), 3_600L * 20_000, 3_600L * 400_000);
    }

    [Fact]
    public void MinuteReturns_HaveFatTailsAndClusteredVolatility()
    {
        var closes = Closes(Model("BTCUSDT", 2), Noon, 3 * 1_440);
        var returns = closes.Zip(closes.Skip(1), (before, after) => Math.Log(after / before)).ToArray();
        var mean = returns.Average();
        var variance = returns.Average(value => (value - mean) * (value - mean));
        var kurtosis = returns.Average(value => Math.Pow(value - mean, 4)) / (variance * variance);
        var sizes = returns.Select(Math.Abs).ToArray();

        Assert.True(kurtosis > 4, $"kurtosis {kurtosis}");
        Assert.True(Autocorrelation(sizes, 1) > 0.08, $"lag 1: {Autocorrelation(sizes, 1)}");
        Assert.True(Enumerable.Range(5, 20).Average(lag => Autocorrelation(sizes, lag)) > 0.03);
        Assert.InRange(Autocorrelation(returns, 1), -0.15, 0.15);
        Assert.InRange(Math.Sqrt(variance * 1_440), 0.01, 0.08); // a day of Bitcoin
    }

    [Fact]
    public void Orders_SweepSeveralLevelsAtOneTime()
    {
        var sweeps = Model("BTCUSDT", 20).From(Noon).Take(20_000)
            .GroupBy(print => (print.TradeTimeMicros, print.Taker))
            .Select(order => (Fills: order.Count(), Levels: order.Select(print => print.Price).Distinct().Count()))
            .ToList();

        Assert.Contains(sweeps, sweep => sweep.Fills >= 20 && sweep.Levels >= 5);
        Assert.InRange(sweeps.Count(sweep => sweep.Fills == 1) / (double)sweeps.Count, 0.4, 0.8);
    }

    private static MarketModel Model(string name, double rate) => new(SimulatedSymbol.Of(new Symbol(name)), 1, rate);

    private static double[] Closes(MarketModel model, long from, int minutes) =>
        [.. Enumerable.Range(0, minutes).SelectMany(minute => model.Block(from + (minute * Micros.PerMinute)).TakeLast(1)).Select(print => (double)print.Price)];

    private static double Autocorrelation(double[] values, int lag)
    {
        var mean = values.Average();
        var covariance = values.Zip(values.Skip(lag), (left, right) => (left - mean) * (right - mean)).Sum();
        return covariance / values.Sum(value => (value - mean) * (value - mean));
    }
}
