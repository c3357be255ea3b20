using System.Text.Json;
using OrleansMarket.Domain.Candles;

namespace OrleansMarket.Contract;

/// <summary>A stop, wanted or not, leaves no hole: what was missed is read from the exchange.</summary>
public abstract class RestartContract(IHostFactory hosts)
{
    private static readonly string[] Pairs = ["BTCUSDT", "ADAUSDT"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Restart_ContinuesWithoutAHole(bool gracefully)
    {
        await using var scene = await Scene.StartAsync(hosts, TimeSpan.FromMinutes(12), 5, null, Pairs);
        await scene.Exchange.PublishUntilAsync(scene.Minute(3));
        await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(2));
        if (gracefully)
        {
            await scene.Host.StopAsync(); // it ends by itself and well, or this fails
        }
        else
        {
            await scene.Host.KillAsync();
        }

        await scene.Exchange.PublishUntilAsync(scene.Minute(5));
        await scene.Host.StartAsync();
        await scene.ListensAsync();
        await scene.Exchange.PublishUntilAsync(scene.Minute(8));

        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(7)) >= 6);
        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneSecond, scene.Minute(1), scene.Minute(7)) > 150);
    }

    [Fact]
    public async Task LongTimeDown_FiresNoAlertOfAStaleFeedOrOfMissingTrades()
    {
        await using var scene = await Scene.StartAsync(hosts, TimeSpan.FromMinutes(25), 4, null, Pairs);
        await scene.Exchange.PublishUntilAsync(scene.Minute(3));
        await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(2));

        // Less than the time down, and more than any machine needs to make good for it while the stream is silent.
        await PutRuleAsync(scene, "stale-feed", TimeSpan.FromMinutes(12));
        await PutRuleAsync(scene, "gap-open", TimeSpan.FromMinutes(12));
        await scene.Host.StopAsync();

        // A quarter of an hour passes by the exchange's clock, and its stream is silent at first; what was missed is known by asking only.
        await scene.Exchange.PublishUntilAsync(scene.Minute(18));
        await scene.Host.StartAsync();
        await scene.ListensAsync();
        await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(17));
        await scene.Exchange.PublishUntilAsync(scene.Minute(20));
        await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(19));

        var rules = (await scene.Client.GetAsync("/alerts?limit=500")).GetProperty("alerts").EnumerateArray().Select(alert => alert.GetProperty("ruleId").GetString()).ToArray();
        Assert.DoesNotContain("stale-feed", rules);
        Assert.DoesNotContain("gap-open", rules);
    }

    private static Task<JsonElement> PutRuleAsync(Scene scene, string rule, TimeSpan enter) =>
        scene.Client.SendAsync(HttpMethod.Put, $"/alerts/rules/{rule}", new { name = rule, signal = rule, direction = "above", enter = enter.TotalSeconds, exit = 1 });

    [Fact]
    public async Task KillWhileTradesPour_LosesAndRepeatsNothing()
    {
        await using var scene = await Scene.StartAsync(hosts, TimeSpan.FromMinutes(12), 20, null, Pairs);
        for (var round = 1; round <= 3; round++)
        {
            var publishing = scene.Exchange.PublishUntilAsync(scene.Minute(round * 2));
            await scene.Host.KillAsync();
            await publishing;
            await scene.Host.StartAsync();
            await scene.ListensAsync();
        }

        await scene.Exchange.PublishUntilAsync(scene.Minute(8));

        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(7)) >= 6);
    }
}
