using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Contract;

/// <summary>The same tape gives the same candles, whatever fails while time goes on.</summary>
public abstract class OutageContract(IHostFactory hosts)
{
    private static readonly string[] Pairs = ["BTCUSDT", "PEPEUSDT"];

    [Fact]
    public async Task OutagesAtTheExchangesOwnPace_GiveTheSameCandles()
    {
        await using var scene = await Scene.StartAsync(hosts, TimeSpan.FromMinutes(15), 20, null, Pairs); // longer than any machine takes to start
        var begun = CandleInterval.OneMinute.OpenOf(Micros.From(TimeProvider.System.GetUtcNow()));
        scene.Exchange.Faults.Mischief = Mischief.Everything(7) with { Cut = 0 };
        await scene.PublishAtRealPaceAsync(TimeSpan.FromSeconds(10));
        scene.Exchange.Stall();
        await scene.PublishAtRealPaceAsync(TimeSpan.FromSeconds(8));
        await scene.CutAsync();
        await scene.PublishAtRealPaceAsync(TimeSpan.FromSeconds(10));
        scene.Exchange.Faults.RefuseStreams = true;
        scene.Exchange.Cut();
        await scene.PublishAtRealPaceAsync(TimeSpan.FromSeconds(8));
        scene.Exchange.Faults.RefuseStreams = false;
        await scene.ListensAsync();
        await scene.PublishAtRealPaceAsync(TimeSpan.FromSeconds(35));
        scene.Exchange.Faults.Mischief = null;
        await scene.PublishAtRealPaceAsync(TimeSpan.FromSeconds(5));

        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, begun, begun + Micros.PerMinute) >= 1);
        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneSecond, begun + Micros.PerSecond, begun + Micros.PerMinute) >= 50);
    }
}
