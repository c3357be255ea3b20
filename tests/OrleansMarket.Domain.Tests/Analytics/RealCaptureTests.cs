using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit;

namespace OrleansMarket.Domain.Tests.Analytics;

/// <summary>Six minutes of the real tape of Binance spot, 2024-08-08 23:54 to 24:00 UTC.</summary>
public class RealCaptureTests
{
    [NeedsFact(NeedsFactAttribute.RealData)]
    public void RealTrades_GiveTheOraclesFiguresAndTheExchangesVolumes()
    {
        var options = new AnalyticsOptions { WhaleFloor = 10_000 };
        var spec = AnalyticsTape.Spec;
        var tape = new AnalyticsTape(spec, start: 1_723_161_255_000_000) { NextId = 3_735_683_259 };
        foreach (var (id, time, price, quantity, taker) in RealCapture.Trades("btcusdt_20240808.gz"))
        {
            while (time >= tape.Now + Micros.PerSecond)
            {
                tape.Seconds();
            }

            Assert.Equal(tape.NextId, id);
            tape.Trade(price, quantity, taker, time - tape.Now);
        }

        var end = tape.Calls.ToList().FindIndex(call => call.Kind == "second" && call.Micros == 1_723_161_600_000_000) + 1;
        var tested = new AnalyticsUnderTest(options);
        var oracle = new NaiveAnalytics(options, spec);
        tape.Play(0, end, tested, oracle);

        // The exchange's own 5-minute kline of 23:55: volume 199.42863, taker buy 90.18301, 8,863 trades, open 61828.00, close 61685.99.
        var flow = tested.Figures.Flow[1];
        Assert.Equal((90.18301m, 199.42863m - 90.18301m), (flow.TakerBuyVolume, flow.TakerSellVolume));
        Assert.Equal(8_863, flow.BuyShare.Samples);
        Assert.Equal(90.18301 / 199.42863, tested.Frame[Signal.BuyShare5m].Value, 12);
        Assert.Equal(6_168_599, tested.Frame.Price);

        Assert.Equal(oracle.Realised5m().Value, tested.Figures.Volatility.Realised5m.Value, 9);
        Assert.InRange(tested.Figures.Volatility.Realised5m.Value, 0.2, 2);
        Assert.Equal(oracle.Whales, tested.Whales);
        Assert.InRange(tested.Whales.Count, 10, 200);
        Assert.All(tested.Whales, whale => Assert.InRange(whale.Impact, -0.002, 0.002));

        // Far fewer orders than trades: most trades of a sweep would be missed as whales by themselves.
        Assert.InRange(tested.Figures.Whale.Sweeps, 1_000, 8_000);
    }
}
