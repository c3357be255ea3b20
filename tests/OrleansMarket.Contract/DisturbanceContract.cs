using OrleansMarket.Domain.Candles;
using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Contract;

/// <summary>The same tape gives the same candles, however the stream is disturbed on its way.</summary>
public abstract class DisturbanceContract(IHostFactory hosts)
{
    private static readonly string[] Pairs = ["BTCUSDT", "PEPEUSDT"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task AnyMixtureOfFaults_GivesTheSameCandles(int seed)
    {
        await using var scene = await Scene.StartAsync(hosts, TimeSpan.FromMinutes(20), 4, null, Pairs);
        scene.Exchange.Faults.Lag(trades: 40, answers: 3);
        scene.Exchange.Faults.FailRequests(429, times: 1, retryAfter: TimeSpan.FromSeconds(1));
        scene.Exchange.Faults.FailRequests(503, times: 1, path: "Trades");
        await PublishAsync(5);
        await scene.Exchange.SendServerShutdownAsync();
        await PublishAsync(8);
        await scene.CutAsync();
        await PublishAsync(12);
        await scene.CutAsync();
        await PublishAsync(16);

        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(15)) >= 14);
        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneSecond, scene.Minute(1), scene.Minute(15)) > 400);

        // The tape runs ahead of the clock that the host knows, so its end must not be lost here: an exchange never trades after it was asked.
        async Task PublishAsync(double minute)
        {
            scene.Exchange.Faults.Mischief = Mischief.Everything(seed) with { Cut = 0 };
            await scene.Exchange.PublishUntilAsync(scene.Minute(minute - 0.5));
            scene.Exchange.Faults.Mischief = null;
            await scene.Exchange.PublishUntilAsync(scene.Minute(minute));
        }
    }
}
