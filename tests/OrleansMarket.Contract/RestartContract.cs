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
        await scene.StartAgainAsync();
        await scene.Exchange.PublishUntilAsync(scene.Minute(8));

        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(7)) >= 6);
        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneSecond, scene.Minute(1), scene.Minute(7)) > 150);
    }

    [Fact]
    public async Task LongTimeDown_FiresNoAlertOfAStaleFeedOrOfMissingTrades()
    {
        await using var scene = await Scene.StartAsync(hosts, TimeSpan.FromMinutes(65), 1, null, Pairs);

        // Less than the time down, and far more than any machine needs to make good for it while the stream is silent.
        string[] rules = [await PutRuleAsync(scene, "stale-feed", TimeSpan.FromMinutes(30)), await PutRuleAsync(scene, "gap-open", TimeSpan.FromMinutes(30))];
        await scene.BecomesTrueAsync(
            async () => (await scene.Client.GetAsync("/jobs")).GetProperty("jobs").EnumerateArray().Any(job => job.GetProperty("job").GetString() == "tick" && job.GetProperty("succeeded").GetInt64() > 0),
            "ticks, from which the host learns how often its symbols trade");
        await scene.Exchange.PublishUntilAsync(scene.Minute(3));
        await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(2));
        await scene.Host.StopAsync();

        // The better part of an hour passes by the exchange's clock, and its stream is silent at first; what was missed is known by asking only. Three minutes of
        // trades in that hour explain nearly ten minutes of silence.
        await scene.Exchange.PublishUntilAsync(scene.Minute(58));
        await scene.StartAgainAsync();
        await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(57));
        await scene.Exchange.PublishUntilAsync(scene.Minute(60));
        await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(59));

        var alerts = (await scene.Client.GetAsync("/alerts?limit=500")).GetProperty("alerts").EnumerateArray().Select(alert => alert.GetProperty("key").GetString()!);
        Assert.DoesNotContain(alerts, key => rules.Any(rule => key.StartsWith(rule, StringComparison.Ordinal)));
    }

    /// <summary>Changes a rule; answers how the keys of its alerts begin.</summary>
    private static async Task<string> PutRuleAsync(Scene scene, string rule, TimeSpan enter)
    {
        var put = await scene.Client.SendAsync(HttpMethod.Put, $"/alerts/rules/{rule}", new { name = rule, signal = rule, direction = "above", enter = enter.TotalSeconds, exit = 1 });
        return $"{rule}@{put.GetProperty("version").GetInt32()}/";
    }

    [Fact]
    public async Task KillWhileTradesPour_LosesAndRepeatsNothing()
    {
        await using var scene = await Scene.StartAsync(hosts, TimeSpan.FromMinutes(12), 20, null, Pairs);
        for (var round = 1; round <= 3; round++)
        {
            var publishing = scene.Exchange.PublishUntilAsync(scene.Minute(round * 2));
            await scene.Host.KillAsync();
            await publishing;
            await scene.StartAgainAsync();
        }

        await scene.Exchange.PublishUntilAsync(scene.Minute(8));

        Assert.True(await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(7)) >= 6);
    }
}
