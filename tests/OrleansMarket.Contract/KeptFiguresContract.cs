using System.Text.Json.Nodes;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Contract;

/// <summary>A stop, wanted or not, changes nothing of what <c>/market/{symbol}</c> says: the 24 h change, volatilities, flow, spike, whales, running candles.</summary>
/// <param name="hosts">Hosts with <see cref="Settings"/>.</param>
public abstract class KeptFiguresContract(IHostFactory hosts)
{
    private const int MostRounds = 6;
    private static readonly string[] Pairs = ["BTCUSDT", "ADAUSDT"];

    /// <summary>Gets what the hosts are to be started with: the clock closes no second for a minute, so that figures stand still while a host starts.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["Engine__Grace"] = "00:01:00" };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Restart_KeepsEveryFigure(bool gracefully)
    {
        var start = CandleInterval.OneMinute.OpenOf(Micros.From(TimeProvider.System.GetUtcNow()));
        var tape = FakeTape.FromModel(start - Micros.PerDay - Micros.PerHour, TimeSpan.FromHours(25) + TimeSpan.FromMinutes(4 + MostRounds), 0.5, 1, Pairs);
        await using var scene = await Scene.StartAsync(hosts, tape, start, null, Pairs);
        for (var round = 0; round < MostRounds; round++)
        {
            await scene.Exchange.PublishUntilAsync(scene.Minute(3 + round));
            var before = await FiguresAsync(scene);
            Assert.All(Pairs, pair =>
            {
                Assert.NotNull(before[pair]["overview"]!["change24hPercent"]);
                Assert.Equal("ok", before[pair]["figures"]!["volatility"]!["realised24h"]!["status"]!.GetValue<string>());
            });

            await (gracefully ? scene.Host.StopAsync() : scene.Host.KillAsync());
            await scene.Host.StartAsync();
            await scene.ListensAsync();
            var after = await FiguresAsync(scene);

            // On a slow machine the clock went on meanwhile: then the two tell of different moments, and the next round may do better.
            if (Pairs.All(pair => $"{before[pair]["settledTo"]}" == $"{after[pair]["settledTo"]}"))
            {
                Assert.All(Pairs, pair => Assert.Equal(before[pair].ToJsonString(), after[pair].ToJsonString()));
                return;
            }
        }

        Assert.Fail($"expected a restart within a minute in one of {MostRounds} rounds\n{scene.Host.Log}");
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
