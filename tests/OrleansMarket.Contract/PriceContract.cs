using System.Text.Json;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit.Binance;
using OrleansMarket.TestKit.Prices;

namespace OrleansMarket.Contract;

/// <summary>Prices of many sources beside our own trades: what they agree on, what they warn of, and what is left when they are gone.</summary>
public abstract class PriceContract(IHostFactory hosts)
{
    private static readonly string[] Sources = ["Coinbase", "Kraken"];

    [Fact]
    public async Task SourceThatDeviates_FiresAnAlert_WhichIsResolvedWhenItAgreesAgain()
    {
        await using var sources = await FakePriceSources.StartAsync(TimeProvider.System);
        var start = CandleInterval.OneMinute.OpenOf(Micros.From(TimeProvider.System.GetUtcNow()));
        var tape = Scene.Tape(start, TimeSpan.FromMinutes(10), 5, "BTCUSDT");

        // Sources say from the beginning what our own trades will say: the price after two minutes.
        var (spec, trades) = tape.Symbols[new Symbol("BTCUSDT")];
        var last = spec.Price(trades.Last(trade => trade.TradeTimeMicros < start + (2 * Micros.PerMinute)).Price);
        sources.Set("BTC", last);
        await using var scene = await StartAsync(sources, tape, start, TimeSpan.FromMinutes(10));
        await scene.Exchange.PublishUntilAsync(scene.Minute(2));
        await scene.BecomesTrueAsync(async () => (await PriceAsync(scene, "BTC")).GetProperty("quality").GetString() == "agreed", "sources that agree");
        await scene.Client.SendAsync(
            HttpMethod.Put, "/alerts/rules/contract-deviation", new { name = "Deviation", signal = "source-deviation", direction = "magnitude", enter = 3.5, exit = 0.5, cooldownSeconds = 0 });
        Assert.Empty(await AlertsAsync(scene));

        // One source says so before the other: half of it is no alert yet.
        sources.Set("BTC", last * 1.05m);
        JsonElement alert = default;
        await scene.BecomesTrueAsync(async () => await AlertsAsync(scene) is [var fired] && (alert = fired).GetProperty("state").GetString() == "firing", "an alert that fires");
        Assert.Equal("BTCUSDT", alert.GetProperty("symbol").GetString());
        Assert.InRange(alert.GetProperty("value").GetDouble(), -4.77, -4.75); // 1 / 1.05 - 1

        sources.Set("BTC", last);
        await scene.BecomesTrueAsync(async () => await AlertsAsync(scene) is [var ended] && ended.GetProperty("state").GetString() == "resolved", "the end of the alert");
    }

    [Fact]
    public async Task FailingSources_AreNamed_AndTheLastKnownPriceIsSaidToBeOld_AlsoAfterARestart()
    {
        await using var sources = await FakePriceSources.StartAsync(TimeProvider.System);
        var start = CandleInterval.OneMinute.OpenOf(Micros.From(TimeProvider.System.GetUtcNow()));
        await using var scene = await StartAsync(sources, Scene.Tape(start, TimeSpan.FromMinutes(10), 5, "BTCUSDT"), start, TimeSpan.FromSeconds(3));
        await scene.BecomesTrueAsync(async () => (await PriceAsync(scene, "ETH")).GetProperty("quality").GetString() == "agreed", "two sources that agree");

        sources.Break("kraken", PriceFault.ServerError);
        await scene.BecomesTrueAsync(
            async () => await PriceAsync(scene, "ETH") is var price && price.GetProperty("quality").GetString() == "single-source"
                && ReasonOf(price, "kraken").Contains("HTTP 500", StringComparison.Ordinal), "a single source, and the other named");

        sources.Break("coinbase", PriceFault.Garbage);
        await scene.BecomesTrueAsync(async () => (await PriceAsync(scene, "ETH")).GetProperty("rule").GetString() == "last-known", "the last known price");
        await scene.Host.StopAsync();
        await scene.Host.StartAsync();
        await scene.BecomesTrueAsync(
            async () => await PriceAsync(scene, "ETH") is var price && price.GetProperty("price") is { ValueKind: JsonValueKind.Number } value && value.GetDecimal() == 3_000m
                && price.GetProperty("isStale").GetBoolean() && price.GetProperty("ageMs").GetInt64() > 3_000, "the last known price after a restart");
    }

    private static string ReasonOf(JsonElement price, string source) =>
        price.GetProperty("quotes").EnumerateArray().Single(quote => quote.GetProperty("source").GetString() == source).GetProperty("reason").GetString() ?? "";

    private static async Task<JsonElement> PriceAsync(Scene scene, string asset) => (await scene.Client.GetAsync($"/api/prices/{asset}")).GetProperty("price");

    private static async Task<IReadOnlyList<JsonElement>> AlertsAsync(Scene scene) => [.. (await scene.Client.GetAsync("/alerts?limit=100")).GetProperty("alerts").EnumerateArray()
        .Where(alert => alert.GetProperty("ruleId").GetString() == "contract-deviation" && alert.GetProperty("state").GetString() != "pending")];

    private Task<Scene> StartAsync(FakePriceSources sources, FakeTape tape, long start, TimeSpan maxAge)
    {
        var settings = new Dictionary<string, string> { ["Prices__Assets__0"] = "BTC", ["Prices__Assets__1"] = "ETH" };
        foreach (var source in Sources)
        {
            settings[$"Prices__{source}__Enabled"] = "true";
            settings[$"Prices__{source}__Endpoint"] = sources.Root.OriginalString;
            settings[$"Prices__{source}__PollInterval"] = "00:00:01";
            settings[$"Prices__{source}__MaxAge"] = $"{maxAge:c}";
            settings[$"Prices__{source}__RequestsPerSecond"] = "100";
            settings[$"Prices__{source}__Burst"] = "100";
        }

        return Scene.StartAsync(new WithSettings(hosts, settings), tape, start, null, "BTCUSDT");
    }

    private sealed class WithSettings(IHostFactory hosts, IReadOnlyDictionary<string, string> own) : IHostFactory
    {
        public IHostUnderTest Create(FakeBinance exchange, IReadOnlyList<string> symbols, IReadOnlyDictionary<string, string>? settings = null) => hosts.Create(exchange, symbols, own);
    }
}
