using System.Text.Json;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Contract;

/// <summary>What is wrong with the data is seen from outside, and nothing is hidden or lost.</summary>
public abstract class DataQualityContract(IHostFactory hosts)
{
    private static readonly Symbol Btc = new("BTCUSDT");

    [Fact]
    public async Task Gap_IsOpenUntilTheExchangeAnswers_ThenClosed()
    {
        await using var scene = await Scene.StartAsync(hosts, TimeSpan.FromMinutes(8), 5, null, Btc.Value);
        await scene.Exchange.PublishUntilAsync(scene.Minute(2));
        await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(0), scene.Minute(1));
        scene.Exchange.Faults.FailRequests(503, times: 1_000);
        var next = scene.Exchange.Trades(Btc)[^1].LastId + 1;
        scene.Exchange.Faults.Drop(Btc, new(next + 3, next + 12));
        await scene.Exchange.PublishUntilAsync(scene.Minute(4));

        await scene.BecomesTrueAsync(async () => await FindAsync(scene, next + 3) is { } gap && Text(gap, "state") == "open", "an open gap");
        var open = (await FindAsync(scene, next + 3))!.Value;
        Assert.Equal(next + 12, open.GetProperty("lastId").GetInt64());
        Assert.Equal(10, open.GetProperty("missing").GetInt64());
        Assert.Equal(10, (await scene.Client.GetAsync("/health")).GetProperty("missing_ids").GetInt64());

        scene.Exchange.Faults.Clear();
        await scene.BecomesTrueAsync(async () => (await scene.Client.GetAsync("/health")).GetProperty("missing_ids").GetInt64() == 0, "no missing ids");
        await scene.BecomesTrueAsync(async () => await FindAsync(scene, next + 3) is { } gap && Text(gap, "state") == "repaired", "the gap among those repaired");
        await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(3));
    }

    [Fact]
    public async Task TailHole_IsFoundWithoutALaterTrade()
    {
        await using var scene = await Scene.StartAsync(hosts, TimeSpan.FromMinutes(6), 5, null, Btc.Value);
        await scene.Exchange.PublishUntilAsync(scene.Minute(2));
        scene.Exchange.Stall();
        await scene.Exchange.PublishUntilAsync(scene.Minute(3));
        scene.Exchange.Cut();

        var last = scene.Exchange.Trades(Btc)[^1].LastId;
        await scene.BecomesTrueAsync(async () => await LastIdAsync(scene) == last, $"trade {last}");
    }

    [Fact]
    public async Task Repeats_AreCountedAndChangeNothing()
    {
        await using var scene = await Scene.StartAsync(hosts, TimeSpan.FromMinutes(6), 5, null, Btc.Value);
        await scene.Exchange.PublishUntilAsync(scene.Minute(2));
        var trades = scene.Exchange.Trades(Btc);
        await scene.Exchange.ResendAsync(Btc, trades[^50].FirstId, trades[^1].LastId);
        await scene.Exchange.PublishUntilAsync(scene.Minute(4));

        await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(3));
        var market = await scene.Client.GetAsync("/market/BTCUSDT");
        Assert.True(market.GetProperty("market").GetProperty("counts").GetProperty("duplicates").GetInt64() >= 50, market.GetRawText());
    }

    [Fact]
    public async Task BrokenMessages_AreKeptWholeAndCanBeReplayedAndPurged()
    {
        await using var scene = await Scene.StartAsync(hosts, TimeSpan.FromMinutes(6), 5, null, Btc.Value);
        const string broken = """{"stream":"btcusdt@trade","data":{"e":"trade","E":1767268800000000,"s":"BTCUSDT","t":5,"p":"nonsense","q":"1.00000000","T":1767268800000000,"m":true,"M":true}}""";
        await scene.Exchange.SendTextToNewestAsync(broken);
        await scene.Exchange.SendTextToNewestAsync("""{"stream":"btcusdt@trade","data":{"e":"tra""");
        var time = scene.Minute(2);
        await scene.Exchange.SendTextToNewestAsync( // whole and well, but for an id that no exchange has reached
            $$$"""{"stream":"btcusdt@trade","data":{"e":"trade","E":{{{time}}},"s":"BTCUSDT","t":1000000000000000,"p":"99999.00000000","q":"1.00000000","T":{{{time}}},"m":true,"M":true}}""");

        await scene.BecomesTrueAsync(async () => (await scene.Client.GetAsync("/health")).GetProperty("dlq").GetInt64() == 3, "three dead letters");
        JsonElement[] letters = [];
        await scene.BecomesTrueAsync(
            async () => (letters = [.. (await scene.Client.GetAsync("/dead-letters")).GetProperty("deadLetters").EnumerateArray()]).Length == 3, "three letters listed");
        Assert.Contains("found 1000000000000000", Text(letters.Single(found => Text(found, "reason") == "too-far-ahead"), "error"), StringComparison.Ordinal);
        await scene.BecomesTrueAsync(async () => (await scene.Client.GetAsync("/health")).GetProperty("missing_ids").GetInt64() == 0, "no missing ids");
        var letter = letters.Single(found => Text(found, "payload") == broken);
        var id = letter.GetProperty("id").GetInt64();
        Assert.Equal("bad-price", Text(letter, "reason"));
        Assert.NotEqual("", Text(letter, "error"));

        var replay = await scene.Client.SendAsync(HttpMethod.Post, "/dead-letters/replay", new { ids = new[] { id } });
        Assert.True(replay.GetProperty("refused").TryGetProperty($"{id}", out _), replay.GetRawText());
        Assert.Equal(1, (await scene.Client.GetAsync($"/dead-letters/{id}")).GetProperty("attempts").GetInt32());

        await scene.Client.SendAsync(HttpMethod.Delete, "/dead-letters?all=true");
        Assert.Empty((await scene.Client.GetAsync("/dead-letters")).GetProperty("deadLetters").EnumerateArray());

        // The stream went on.
        await scene.Exchange.PublishUntilAsync(scene.Minute(4));
        await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(1), scene.Minute(3));
    }

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString() ?? "";

    private static async Task<JsonElement?> FindAsync(Scene scene, long firstId)
    {
        foreach (var gap in (await scene.Client.GetAsync("/gaps")).GetProperty("gaps").EnumerateArray())
        {
            if (gap.GetProperty("firstId").GetInt64() == firstId)
            {
                return gap;
            }
        }

        return null;
    }

    private static async Task<long> LastIdAsync(Scene scene)
    {
        var candles = await scene.Client.GetCandlesAsync(Btc.Value, CandleInterval.OneMinute, Micros.ToInstant(scene.Minute(0)), Micros.ToInstant(scene.Minute(10)));
        return candles.Count == 0 ? -1 : candles.Max(candle => candle.Values.LastId);
    }
}
