using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Contract;

/// <summary>Alerts are functions of the market, not of the way its trades arrived.</summary>
public abstract class AlertContract(IHostFactory hosts)
{
    private const int Ahead = 30; // minutes

    private static readonly string[] Pairs = ["BTCUSDT", "SOLUSDT"];

    [Fact]
    public async Task DisturbedRun_HasTheAlertKeysOfTheUndisturbedOne()
    {
        // Both begin at one moment of the tape, however long the first takes to start; and what counts is far ahead of every clock, or a slow host would be told of
        // seconds that the clock has ended.
        var start = CandleInterval.OneMinute.OpenOf(Micros.From(TimeProvider.System.GetUtcNow()));
        var (tape, begun) = (Scene.Tape(start, TimeSpan.FromMinutes(Ahead + 25), 4, Pairs), start + (Micros.PerMinute / 2));
        await using var calm = await Scene.StartAsync(hosts, tape, start, begun, exchange => exchange.ClockFollowsTrades = false, Pairs);
        await using var rough = await Scene.StartAsync(hosts, tape, start, begun, exchange => exchange.ClockFollowsTrades = false, Pairs);
        await AddRulesAsync(calm);
        await AddRulesAsync(rough);
        await calm.Exchange.PublishUntilAsync(calm.Minute(Ahead));
        await rough.Exchange.PublishUntilAsync(rough.Minute(Ahead));
        for (var minute = Ahead + 2; minute <= Ahead + 20; minute += 3)
        {
            await calm.Exchange.PublishUntilAsync(calm.Minute(minute));

            // The tape runs ahead of the clock that the host knows, so its end must not be lost: an exchange never trades after it was asked.
            rough.Exchange.Faults.Mischief = Mischief.Everything(5) with { Cut = 0 };
            await rough.Exchange.PublishUntilAsync(rough.Minute(minute - 0.5));
            rough.Exchange.Faults.Mischief = null;
            await rough.Exchange.PublishUntilAsync(rough.Minute(minute));
            if (minute == Ahead + 11)
            {
                await rough.CutAsync();
            }
        }

        await calm.Exchange.PublishUntilAsync(calm.Minute(Ahead + 22));
        await rough.Exchange.PublishUntilAsync(rough.Minute(Ahead + 22));
        await calm.CandlesEqualTruthAsync(CandleInterval.OneMinute, calm.Minute(1), calm.Minute(Ahead + 21));
        await rough.CandlesEqualTruthAsync(CandleInterval.OneMinute, rough.Minute(1), rough.Minute(Ahead + 21));

        string[] expected = [];
        await rough.BecomesTrueAsync(
            async () =>
            {
                expected = await KeysAsync(calm);
                return expected.Length > 0 && Enumerable.SequenceEqual(expected, await KeysAsync(rough));
            },
            "the same alert keys");
        Assert.True(expected.Length >= 3, string.Join(", ", expected));
    }

    private static async Task AddRulesAsync(Scene scene)
    {
        await scene.Client.SendAsync(HttpMethod.Put, "/alerts/rules/contract-move", new { name = "Moves", signal = "price-move-1m", direction = "magnitude", enter = 0.05, cooldownSeconds = 0 });
        await scene.Client.SendAsync(HttpMethod.Put, "/alerts/rules/contract-buyers", new { name = "Buyers", signal = "buy-share-1m", enter = 0.6, forSeconds = 5, cooldownSeconds = 30 });
    }

    /// <summary>The keys of market alerts by the rules of this suite that began once both hosts saw every trade.</summary>
    private static async Task<string[]> KeysAsync(Scene scene)
    {
        List<string> keys = [];
        string? next = "";
        while (next is not null)
        {
            var page = await scene.Client.GetAsync($"/alerts?limit=500{(next.Length > 0 ? $"&before={Uri.EscapeDataString(next)}" : "")}");
            keys.AddRange(page.GetProperty("alerts").EnumerateArray()
                .Where(alert => alert.GetProperty("ruleId").GetString()!.StartsWith("contract-", StringComparison.Ordinal)
                    && !alert.GetProperty("isWithdrawn").GetBoolean()
                    && Micros.From(alert.GetProperty("started").GetDateTimeOffset()) >= scene.Minute(Ahead + 4)
                    && Micros.From(alert.GetProperty("started").GetDateTimeOffset()) < scene.Minute(Ahead + 20))
                .Select(alert => alert.GetProperty("key").GetString()!));
            next = page.GetProperty("next").GetString();
        }

        return [.. keys.Distinct().Order(StringComparer.Ordinal)];
    }
}
