using System.Text.Json;
using OrleansMarket.Contract;
using OrleansMarket.Domain.Candles;
using OrleansMarket.TestKit.Processes;
using OrleansMarket.TestKit.Slack;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>The stop of a silo that is alone: nobody else could take over what it owes.</summary>
[Collection(HostProcesses.Name)]
public sealed class SiloStopTests
{
    [Fact]
    public async Task AlertRaisedJustBeforeTheStop_IsToldOnce_AndTheStopIsQuiet()
    {
        await using var slack = await FakeSlack.StartAsync(TimeProvider.System);
        var settings = new Dictionary<string, string> { ["SLACK_WEBHOOK_URL"] = slack.WebhookUrl, ["Alerts__Slack__AllowedHosts__0"] = "127.0.0.1" };
        await using var scene = await Scene.StartAsync(new SiloProcesses(settings), TimeSpan.FromMinutes(12), 5, null, "BTCUSDT");
        await scene.Exchange.PublishUntilAsync(scene.Minute(3));
        await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(2));

        // As soon as the engine knows of it, before its state is due.
        await PutRuleAsync(scene, "before-the-stop");
        await scene.Exchange.PublishUntilAsync(scene.Minute(4));
        await scene.BecomesTrueAsync(async () => await FiringAsync(scene) > 0, "an alert");
        await scene.Host.StopAsync();
        scene.Host.Log.ShouldNotContain("Orleans.Messaging", customMessage: scene.Host.Log);
        scene.Host.Log.ShouldNotContain("fail: ", customMessage: scene.Host.Log);

        var opened = scene.Exchange.OpenedConnections;
        await scene.Host.StartAsync();
        await scene.BecomesTrueAsync(() => Task.FromResult(Told(slack, "before-the-stop") > 0), "the alert in Slack");
        await PutRuleAsync(scene, "after-the-stop");
        await scene.ListensAsync(opened);
        await scene.Exchange.PublishUntilAsync(scene.Minute(6));
        await scene.BecomesTrueAsync(() => Task.FromResult(Told(slack, "after-the-stop") > 0), "the next alert in Slack");
        Told(slack, "before-the-stop").ShouldBe(1);
    }

    [Fact]
    public async Task StopWhileTradesPourIn_IsQuiet()
    {
        await using var silo = new HostProcess(
            "the silo", silo => ["dotnet", SiloProcesses.Program, "--source", "simulator", "--data", silo.DataPath, "--urls", silo.Url.OriginalString])
        {
            Settings = new Dictionary<string, string> { ["Feeds__Simulator__TradesPerSecond"] = "20000", ["DOTNET_gcServer"] = "0" },
        };
        await silo.StartAsync();
        await SimulatedTrades.ArriveAsync(silo);
        await silo.StopAsync();
        silo.Log.ShouldNotContain("Orleans.Messaging", customMessage: silo.Log);
        silo.Log.ShouldNotContain("fail: ", customMessage: silo.Log);
        silo.Log.ShouldNotContain("takes nothing", customMessage: silo.Log);
    }

    /// <summary>A rule that fires once and goes on firing: somebody always buys.</summary>
    private static Task<JsonElement> PutRuleAsync(Scene scene, string name) => scene.Client.SendAsync(
        HttpMethod.Put, $"/alerts/rules/{name}", new { name, signal = "buy-share-1m", direction = "above", enter = 0.01, exit = 0.001 });

    private static async Task<int> FiringAsync(Scene scene) =>
        (await scene.Client.GetAsync("/symbols")).GetProperty("symbols").EnumerateArray().Single().GetProperty("firingAlerts").GetInt32();

    private static int Told(FakeSlack slack, string rule) => slack.Taken.Count(message => message.Json.Contains(rule, StringComparison.Ordinal));
}
