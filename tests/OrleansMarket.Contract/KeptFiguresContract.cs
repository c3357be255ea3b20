using System.Text.Json.Nodes;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Contract;

/// <summary>A stop, wanted or not, changes nothing of what <c>/market/{symbol}</c> says: the 24 h change, volatilities, flow, spike, whales, running candles.</summary>
public abstract class KeptFiguresContract(IHostFactory hosts)
{
    private static readonly string[] Pairs = ["BTCUSDT", "ADAUSDT"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Restart_KeepsEveryFigure(bool gracefully)
    {
        // The trades run far ahead of every clock, so that figures stand still however long a host takes to stop and to start.
        var start = CandleInterval.OneMinute.OpenOf(Micros.From(TimeProvider.System.GetUtcNow()));
        var tape = FakeTape.FromModel(start - Micros.PerDay - Micros.PerHour, TimeSpan.FromHours(26), 0.5, 1, Pairs);
        await using var scene = await Scene.StartAsync(hosts, tape, start, exchange => exchange.ClockFollowsTrades = false, Pairs);
        await scene.Exchange.PublishUntilAsync(scene.Minute(50));
        var before = await FiguresAsync(scene);
        Assert.All(Pairs, pair =>
        {
            Assert.NotNull(before[pair]["overview"]!["change24hPercent"]);
            Assert.Equal("ok", before[pair]["figures"]!["volatility"]!["realised24h"]!["status"]!.GetValue<string>());
        });

        await (gracefully ? scene.Host.StopAsync() : scene.Host.KillAsync());
        await scene.StartAgainAsync();
        var after = await FiguresAsync(scene);

        Assert.All(Pairs, pair => Assert.Equal(before[pair].ToJsonString(), after[pair].ToJsonString()));
    }

    /// <summary>What the host says once everything that happened is settled, less what depends on the moment of asking.</summary>
    private static async Task<Dictionary<string, JsonNode>> FiguresAsync(Scene scene)
    {
        var figures = new Dictionary<string, JsonNode>();
        foreach (var pair in Pairs)
        {
            var last = scene.Exchange.Trades(new Symbol(pair))[^1];
            var settled = Micros.ToInstant(CandleInterval.OneSecond.OpenOf(last.TradeTimeMicros));
            await scene.BecomesTrueAsync(
                async () =>
                {
                    var market = JsonNode.Parse((await scene.Client.GetAsync($"/market/{pair}")).GetProperty("market").GetRawText())!;
                    figures[pair] = market;
                    return market["overview"]!["lastTradeId"]?.GetValue<long>() == last.LastId && market["settledTo"]?.GetValue<DateTimeOffset>() >= settled
                        && market["openGaps"]!.AsArray().Count == 0;
                },
                () => $"{pair} settled to {settled:O}; {figures.GetValueOrDefault(pair)}");
            var found = figures[pair];
            found["overview"]!.AsObject().Remove("lastTradeAgeMs");
            found["overview"]!.AsObject().Remove("isStale");
            found["overview"]!.AsObject().Remove("firingAlerts"); // the exchange is silent while a slow host starts, which is an alert after a while
            foreach (var candle in found["openCandles"]!.AsArray())
            {
                candle!.AsObject().Remove("status"); // over by the clock or not
                candle.AsObject().Remove("flags"); // brought by a repair or not
            }

            // How trades came differs after a kill; how many there are does not.
            found["counts"] = found["counts"]!["trades"]!.DeepClone();
        }

        return figures;
    }
}
