using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Analytics;

/// <summary>Every figure against the oracle, at every minute and at odd seconds of tapes with everything in them.</summary>
public class MarketAnalyticsOracleTests
{
    private static readonly AnalyticsOptions Options = new() { WhaleFloor = 40, WhaleHistory = 400, SpikeMinNotional = 20 };

    [Theory]
    [InlineData(1, 200, "USDT", true)]
    [InlineData(2, 200, "BTC", false)]
    [InlineData(3, 200, "BTC", true)]
    [InlineData(4, 1_600, "USDT", true)]
    public void Describe_EqualsTheOracle(int seed, int minutes, string quote, bool withRates)
    {
        var spec = new SymbolSpec(new Symbol("XYZ" + quote), 2, 5) { BaseAsset = "XYZ", QuoteAsset = quote };
        var tape = AnalyticsTape.Random(seed, minutes, spec, withRates);
        var tested = new AnalyticsUnderTest(Options, spec);
        var oracle = new NaiveAnalytics(Options, spec);
        var every = minutes > 1_000 ? 4_441 : 331;
        var compared = 0;
        for (var i = 0; i < tape.Calls.Count; i++)
        {
            tape.Play(i, i + 1, tested, oracle);
            if (tape.Calls[i].Kind == "second" && (compared++ % every == 0 || i == tape.Calls.Count - 1 || tape.Calls[i].Micros % (7 * 60 * Micros.PerMinute) == 0))
            {
                Compare(oracle, tested);
            }
        }

        Assert.Equal(oracle.Whales.Select(Comparable), tested.Whales.Select(Comparable));
        Assert.NotEmpty(tested.Whales);

        static object Comparable(Sweep sweep) => sweep with { NotionalUsd = Math.Round(sweep.NotionalUsd, 6), Threshold = Math.Round(sweep.Threshold, 3) };
    }

    private static void Compare(NaiveAnalytics oracle, AnalyticsUnderTest tested)
    {
        var figures = tested.Figures;
        var frame = tested.Frame;
        foreach (var window in new[] { "1m", "5m", "1h", "24h" })
        {
            Same(oracle.Move(window), figures.PriceChangePercent[window], $"move {window}");
        }

        Same(oracle.Move("1m"), frame[Signal.PriceMove1m], "signal move 1m");
        Same(oracle.Move("5m"), frame[Signal.PriceMove5m], "signal move 5m");
        Same(oracle.Move("1h"), frame[Signal.PriceMove1h], "signal move 1h");
        var volatility = figures.Volatility;
        Same(oracle.Realised5m(), volatility.Realised5m, "realised 5m");
        Same(oracle.Realised(60), volatility.Realised1h, "realised 1h");
        Same(oracle.Realised(1_440), volatility.Realised24h, "realised 24h");
        Same(oracle.CloseToClose(60), volatility.CloseToClose1h, "close to close 1h");
        Same(oracle.CloseToClose(1_440), volatility.CloseToClose24h, "close to close 24h");
        Same(oracle.Ewma(), volatility.Ewma, "ewma");
        Assert.Equal(oracle.Carried24h(), volatility.CarriedMinutes24h);
        Same(oracle.Realised(60), frame[Signal.Volatility1h], "signal realised 1h");
        Same(oracle.Realised(1_440), frame[Signal.Volatility24h], "signal realised 24h");
        Same(oracle.Ewma(), frame[Signal.VolatilityEwma], "signal ewma");
        foreach (var flow in figures.Flow)
        {
            var expected = oracle.Flow(flow.Window);
            Assert.Equal(expected.TakerBuyVolume, flow.TakerBuyVolume);
            Assert.Equal(expected.TakerSellVolume, flow.TakerSellVolume);
            Same(expected.BuyShare, flow.BuyShare, $"share {flow.Window}");
            Same(expected.BuySellRatio, flow.BuySellRatio, $"ratio {flow.Window}");
        }

        Same(oracle.Flow("1m").BuyShare, frame[Signal.BuyShare1m], "signal share 1m");
        Same(oracle.Flow("5m").BuyShare, frame[Signal.BuyShare5m], "signal share 5m");
        Same(oracle.Flow("1h").BuyShare, frame[Signal.BuyShare1h], "signal share 1h");
        var (z, quoteVolume, median, active) = oracle.Spike();
        Same(z, figures.Spike.ZScore, "spike", 1e-4);
        Same(z, frame[Signal.VolumeSpike], "signal spike", 1e-4);
        Assert.Equal((double)quoteVolume, figures.Spike.QuoteVolume, 6);
        Assert.Equal(Math.Exp(median) - 1, figures.Spike.MedianQuoteVolume, Math.Max(1e-6, Math.Exp(median) * 1e-5));
        Assert.Equal(active, figures.Spike.ActiveMinutes);
        Assert.Equal(oracle.Threshold(), figures.Whale.Threshold, 1e-6);
        Assert.Equal(Math.Min(oracle.Sweeps, Options.WhaleHistory), figures.Whale.Sweeps);
        Assert.Equal(oracle.Rate, figures.QuoteUsdRate);
        var largest = oracle.WhalesOfLastSecond.OrderByDescending(sweep => sweep.NotionalUsd).FirstOrDefault();
        Same(
            oracle.Rate is null ? Figure.None(FigureStatus.NoUsdRate)
            : oracle.WhalesOfLastSecond.Count == 0 ? Figure.None(FigureStatus.Undefined) : Figure.Of(largest.NotionalUsd, (int)largest.TradeCount),
            frame[Signal.WhaleNotional], "signal whale");
    }

    private static void Same(Figure expected, Figure actual, string what, double tolerance = 1e-9)
    {
        Assert.True(expected.Status == actual.Status && expected.Samples == actual.Samples, $"{what}: expected {expected}, found {actual}");
        if (expected.Status == FigureStatus.Ok)
        {
            Assert.True(
                Math.Abs(expected.Value - actual.Value) <= tolerance * Math.Max(1, Math.Abs(expected.Value)), $"{what}: expected {expected}, found {actual}");
        }
    }
}
