using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using OrleansMarket.Contract;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Standalone.Tests.Commands;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Standalone.Tests.Serving;

/// <summary>Trades that only the dead letters hold come back into the candles of a running host, by command and by API, and stay there after a kill.</summary>
[Collection(HostProcesses.Name)]
public sealed class DeadLetterReplayTests
{
    private static readonly Symbol Btc = new("BTCUSDT");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Replay_OfLettersThatAreTaken_ChangesTheCandles(bool byCommand)
    {
        await using var scene = await Scene.StartAsync(new StandaloneHosts(), TimeSpan.FromMinutes(8), 5, null, Btc.Value);
        var host = (OneProcess)scene.Host;
        await scene.Exchange.PublishUntilAsync(scene.Minute(2));
        await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(0), scene.Minute(1));

        // The exchange loses trades and answers no question about them: only the letters know.
        foreach (var path in (string[])["trades", "historicalTrades", "aggTrades", "klines"])
        {
            scene.Exchange.Faults.FailRequests(503, times: 100_000, path: path);
        }

        var next = scene.Exchange.Trades(Btc)[^1].LastId + 1;
        scene.Exchange.Faults.Drop(Btc, new IdRange(next + 3, next + 5));
        await scene.Exchange.PublishUntilAsync(scene.Minute(4));
        await scene.BecomesTrueAsync(async () => (await scene.Client.GetAsync("/health")).GetProperty("missing_ids").GetInt64() == 3, "three missing ids");
        await scene.HearsEverythingAsync(); // or the stop loses what comes after the three, and nobody answers for it
        await host.StopAsync();
        await AppendAsync(host, scene.Exchange.Trades(Btc).Where(trade => trade.FirstId >= next + 3 && trade.FirstId <= next + 5));
        await host.StartAsync();
        var ids = (await scene.Client.GetAsync("/dead-letters")).GetProperty("deadLetters").EnumerateArray().Select(letter => letter.GetProperty("id").GetInt64()).ToArray();
        Assert.Equal(3, ids.Length);

        if (byCommand)
        {
            var run = await CommandRun.InvokeAsync("dead-letters", "replay", "--all", "--data", host.DataPath, "--url", host.BaseUri.OriginalString);
            Assert.Equal((ExitCode.Ok, "3 sent again: 3 taken, 0 were held already, 0 refused again"), (run.ExitCode, run.Error.TrimEnd()));
        }
        else
        {
            var answer = await scene.Client.SendAsync(HttpMethod.Post, "/dead-letters/replay", new { ids });
            Assert.Equal(3, answer.GetProperty("accepted").GetInt32());
        }

        Assert.Empty((await scene.Client.GetAsync("/dead-letters")).GetProperty("deadLetters").EnumerateArray());
        Assert.Equal(0, (await scene.Client.GetAsync("/health")).GetProperty("missing_ids").GetInt64());
        await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(0), scene.Minute(3));

        // What was answered is durable.
        await host.KillAsync();
        await host.StartAsync();
        await scene.CandlesEqualTruthAsync(CandleInterval.OneMinute, scene.Minute(0), scene.Minute(3));
    }

    private static async Task AppendAsync(OneProcess host, IEnumerable<Print> trades)
    {
        using var builder = new StoreBuilder(Path.Combine(host.DataPath, "live"));
        await using var database = builder.OpenDatabase();
        await new SqliteDeadLetterStore(database, Options.Create(new RetentionOptions())).AppendAsync([.. trades.Select(Letter)], default);
    }

    private static DeadLetter Letter(Print trade)
    {
        var spec = StoreBuilder.Btc;
        return new DeadLetter
        {
            ReceivedTimeMicros = trade.TradeTimeMicros,
            Reason = DeadLetterReason.UnknownSymbol,
            Error = "expected a followed symbol",
            Source = "stream.example",
            Payload = Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"e":"trade","E":{{trade.TradeTimeMicros}},"s":"BTCUSDT","t":{{trade.FirstId}},"p":"{{spec.Price(trade.Price)}}","q":"{{spec.Quantity(trade.Quantity)}}","T":{{trade.TradeTimeMicros}},"m":{{(trade.Taker == TakerSide.Sell ? "true" : "false")}},"M":true}""")),
        };
    }
}
