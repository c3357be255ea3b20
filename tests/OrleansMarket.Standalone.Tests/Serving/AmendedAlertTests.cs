using System.Text.Json;
using OrleansMarket.Contract;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit.Slack;

namespace OrleansMarket.Standalone.Tests.Serving;

/// <summary>From the exchange's lost trades to the corrected message: an alert told without them is amended once they are repaired.</summary>
[Collection(HostProcesses.Name)]
public sealed class AmendedAlertTests
{
    private static readonly Symbol Btc = new("BTCUSDT");

    [Fact]
    public async Task RepairAfterTheFiring_SendsAnAmendmentThatNamesTheFirstMessage()
    {
        await using var slack = await FakeSlack.StartAsync(TimeProvider.System);
        var hosts = new StandaloneHosts(new Dictionary<string, string>
        {
            ["SLACK_WEBHOOK_URL"] = slack.WebhookUrl,
            ["Alerts__Slack__AllowedHosts__0"] = "127.0.0.1",
            ["Engine__RepairPatience"] = "00:00:02",
        });

        // Trades are far ahead of every clock: no second of theirs ends by time, so that the alert's minute holds the gap however long its repair is waited for.
        var start = CandleInterval.OneMinute.OpenOf(Micros.From(TimeProvider.System.GetUtcNow()));
        await using var scene = await Scene.StartAsync(
            hosts, Scene.Tape(start, TimeSpan.FromMinutes(35), 5, Btc.Value), start, exchange => exchange.ClockFollowsTrades = false, Btc.Value);
        foreach (var rule in (string[])["gap-open", "stale-feed", "lag", "whale"])
        {
            await scene.Client.SendAsync(HttpMethod.Delete, $"/alerts/rules/{rule}"); // nothing but the rule below is to be told, and nothing inhibits it
        }

        // Nothing else is missing once the exchange refuses.
        await scene.Exchange.PublishUntilAsync(scene.Minute(32));
        await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(0), scene.Minute(1));
        scene.Exchange.Faults.FailRequests(503, times: 100_000);
        var next = scene.Exchange.Trades(Btc)[^1].LastId + 1;
        scene.Exchange.Faults.Drop(Btc, new(next + 3, next + 42));
        await scene.Exchange.PublishUntilAsync(scene.Minute(33));
        await scene.BecomesTrueAsync(async () => await GapStateAsync(scene, next + 3) == "given-up", "that the gap is given up");

        await scene.Client.SendAsync(HttpMethod.Put, "/alerts/rules/test-buyers", new { name = "Buyers", signal = "buy-share-1m", enter = 0.01, cooldownSeconds = 3600 });
        await scene.Exchange.PublishUntilAsync(scene.Minute(33.2));
        await scene.BecomesTrueAsync(() => Task.FromResult(Told(slack, "FIRING").Any()), "a message of the alert");
        var first = await AlertAsync(scene);

        scene.Exchange.Faults.Clear();
        await scene.BecomesTrueAsync(async () => await GapStateAsync(scene, next + 3) == "repaired", "that the gap is repaired");
        await scene.BecomesTrueAsync(() => Task.FromResult(Told(slack, "AMENDED").Any()), "a message that amends it");

        var amended = await AlertAsync(scene);
        Assert.Equal(first.GetProperty("key").GetString(), amended.GetProperty("key").GetString());
        Assert.NotEqual(first.GetProperty("value").GetDouble(), amended.GetProperty("value").GetDouble());
    }

    private static IEnumerable<SlackRequest> Told(FakeSlack slack, string state) =>
        slack.Taken.Where(message => message.Json.Contains(state, StringComparison.OrdinalIgnoreCase) && message.Json.Contains("Buyers", StringComparison.Ordinal));

    private static async Task<string?> GapStateAsync(Scene scene, long firstId) =>
        (await scene.Client.GetAsync("/gaps")).GetProperty("gaps").EnumerateArray()
            .Where(gap => gap.GetProperty("firstId").GetInt64() == firstId).Select(gap => gap.GetProperty("state").GetString()).FirstOrDefault();

    private static async Task<JsonElement> AlertAsync(Scene scene) =>
        (await scene.Client.GetAsync("/alerts?limit=100")).GetProperty("alerts").EnumerateArray()
            .First(alert => alert.GetProperty("ruleId").GetString() == "test-buyers");
}
