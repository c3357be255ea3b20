using System.Globalization;
using System.Text.RegularExpressions;
using OrleansMarket.Contract;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit.Influx;

namespace OrleansMarket.Standalone.Tests.Serving;

/// <summary>The built executable writes time series.</summary>
public sealed partial class InfluxSeriesTests
{
    [Fact]
    public async Task Serve_WritesEveryCandle_ThroughAnOutageOfInfluxAndAKill()
    {
        await using var facade = await InfluxFacade.StartAsync();
        facade.Always = InfluxAnswer.Error(503, "unavailable", "starting");
        await using var scene = await Scene.StartAsync(
            new StandaloneHosts(new Dictionary<string, string>
            {
                ["Influx__Url"] = facade.Address.OriginalString,
                ["Influx__Org"] = InfluxFacade.Org,
                ["Influx__Bucket"] = InfluxFacade.Bucket,
                ["Influx__Token"] = InfluxFacade.Token,
                ["Influx__Intervals__0"] = "1s",
                ["Influx__SampleInterval"] = "00:00:01",
                ["Influx__BackOff"] = "00:00:00.1",
                ["Influx__MaxBackOff"] = "00:00:01",
            }),
            TimeSpan.FromMinutes(15), 20, null, "BTCUSDT"); // longer than any machine takes to start twice

        var from = Micros.Floor(Micros.From(TimeProvider.System.GetUtcNow()), Micros.PerSecond) + (2 * Micros.PerSecond);
        await scene.PublishAtRealPaceAsync(TimeSpan.FromSeconds(9));
        Assert.Empty(facade.Taken);
        await scene.Host.KillAsync();
        facade.Always = null;
        await scene.StartAgainAsync();
        await scene.PublishAtRealPaceAsync(TimeSpan.FromSeconds(6));

        var to = Micros.Floor(Micros.From(TimeProvider.System.GetUtcNow()), Micros.PerSecond) - (3 * Micros.PerSecond);
        var truth = scene.Exchange.Candles(new Symbol("BTCUSDT"), CandleInterval.OneSecond)
            .Where(candle => candle.OpenTimeMicros >= from && candle.OpenTimeMicros < to && candle.TradeCount > 0)
            .ToDictionary(candle => candle.OpenTimeMicros, candle => candle.TradeCount);
        Assert.True(truth.Count >= 5, $"expected some seconds with trades, found {truth.Count}");
        await scene.BecomesTrueAsync(
            () => Task.FromResult(truth.All(candle => Written(facade).GetValueOrDefault(candle.Key) == candle.Value)), "the trades of every second in InfluxDB");
        foreach (var line in (string[])["market,symbol=BTCUSDT,exchange=binance,feed=live ", "pipeline,feed=live "])
        {
            await scene.BecomesTrueAsync(() => Task.FromResult(facade.Taken.Any(taken => taken.StartsWith(line, StringComparison.Ordinal))), line);
        }

        Assert.DoesNotContain(InfluxFacade.Token, scene.Host.Log, StringComparison.Ordinal);
    }

    /// <summary>Number of trades by second, as the newest line of each says.</summary>
    private static Dictionary<long, long> Written(InfluxFacade facade)
    {
        var written = new Dictionary<long, long>();
        foreach (var match in facade.Taken.Select(line => CandleLine().Match(line)).Where(match => match.Success))
        {
            written[long.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) / 1_000] = long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        }

        return written;
    }

    [GeneratedRegex("^candle,symbol=BTCUSDT,interval=1s,exchange=binance,feed=live .*trades=([0-9]+)i.* ([0-9]+)$")]
    private static partial Regex CandleLine();
}
