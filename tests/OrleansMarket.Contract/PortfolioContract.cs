using System.Text.Json;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Contract;

/// <summary>What is held is valued, and its risk measured from the exchange's own days, as the plainest computation over the tape says.</summary>
public abstract class PortfolioContract(IHostFactory hosts)
{
    private const double Tolerance = 1e-9;

    /// <summary>How many days each pair has traded: enough for everything, too few for value at risk, too few for correlation.</summary>
    private static readonly (string Pair, int Days)[] Listed = [("BTCUSDT", 520), ("ETHUSDT", 520), ("ADAUSDT", 100), ("SOLUSDT", 40)];

    [Fact]
    public async Task Holdings_AreValued_AndTheirRiskMeasured_AlsoAfterARestart()
    {
        var start = CandleInterval.OneMinute.OpenOf(Micros.From(TimeProvider.System.GetUtcNow()));
        await using var scene = await Scene.StartAsync(hosts, Tape(start), start, null, [.. Listed.Select(listed => listed.Pair)]);
        await PutAsync(scene, "main", ("BTC", 0.5m, 10_000m), ("ETH", 4m, null), ("USD", 1_000m, null));
        await PutAsync(scene, "young", ("BTC", 1m, null), ("ADA", 1_000m, null));
        await PutAsync(scene, "new", ("BTC", 1m, null), ("SOL", 10m, null));

        var main = await ValuedAsync(scene, "main");
        IsWorth(scene, main);
        HasRisk(scene, main);
        await HasTooLittleHistoryAsync(scene);

        await scene.Host.StopAsync();
        await scene.StartAgainAsync();
        var again = await ValuedAsync(scene, "main");
        Assert.Equal(main.GetProperty("updated").GetString(), again.GetProperty("updated").GetString());
        IsWorth(scene, again);
        HasRisk(scene, again);
        Assert.Equal(["main", "new", "young"], (await scene.Client.GetAsync("/api/portfolio")).GetProperty("portfolios").EnumerateArray().Select(portfolio => portfolio.GetProperty("name").GetString()));
    }

    private static async Task PutAsync(Scene scene, string name, params (string Asset, decimal Quantity, decimal? CostBasis)[] holdings) => await scene.Client.SendAsync(
        HttpMethod.Put, $"/api/portfolio/{name}", new { holdings = holdings.Select(holding => new { asset = holding.Asset, quantity = holding.Quantity, costBasis = holding.CostBasis }) });

    /// <summary>The portfolio once every holding has a price; what was said without one is kept for half a minute.</summary>
    private static async Task<JsonElement> ValuedAsync(Scene scene, string name)
    {
        JsonElement answer = default;
        try
        {
            await scene.BecomesTrueAsync(
                async () =>
                {
                    // As time passes: a price is fresh for half a minute.
                    await scene.Exchange.PublishUntilAsync(Micros.From(TimeProvider.System.GetUtcNow()));
                    answer = await scene.Client.GetAsync($"/api/portfolio/{name}");
                    return answer.GetProperty("worth").GetProperty("holdings").EnumerateArray().All(holding => holding.GetProperty("price").ValueKind == JsonValueKind.Number)
                        && answer.GetProperty("risk").GetProperty("lastDay").ValueKind == JsonValueKind.String;
                },
                $"prices and history for every holding of {name}");
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message}\n--- the answer\n{answer}", exception);
        }

        return answer;
    }

    private static void IsWorth(Scene scene, JsonElement portfolio)
    {
        var worth = portfolio.GetProperty("worth");
        var holdings = worth.GetProperty("holdings").EnumerateArray().ToDictionary(holding => holding.GetProperty("asset").GetString()!);
        var (btc, eth) = (holdings["BTC"].GetProperty("price").GetDecimal(), holdings["ETH"].GetProperty("price").GetDecimal());
        Assert.Contains(btc, TodaysPrices(scene, "BTCUSDT"));
        Assert.Contains(eth, TodaysPrices(scene, "ETHUSDT"));
        var value = (0.5m * btc) + (4 * eth) + 1_000;
        Assert.Equal(value, worth.GetProperty("value").GetProperty("usd").GetDecimal(), 2);
        Assert.Equal((double)(0.5m * btc / value), holdings["BTC"].GetProperty("weight").GetDouble(), Tolerance);
        Assert.Equal((double)(4 * eth / value), holdings["ETH"].GetProperty("weight").GetDouble(), Tolerance);
        Assert.Equal("stream", holdings["BTC"].GetProperty("priceSource").GetString());
        Assert.Equal((0.5m * btc) - 10_000, worth.GetProperty("profitLoss").GetProperty("usd").GetDecimal(), 2);
        Assert.Equal((double)(((0.5m * btc) - 10_000) / 10_000), worth.GetProperty("profitLoss").GetProperty("ratio").GetDouble(), 6);
        Assert.Contains("ETH", worth.GetProperty("profitLoss").GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    private static void HasRisk(Scene scene, JsonElement portfolio)
    {
        var risk = portfolio.GetProperty("risk");
        var holdings = portfolio.GetProperty("worth").GetProperty("holdings").EnumerateArray().ToDictionary(holding => holding.GetProperty("asset").GetString()!);
        var (btc, eth) = (Closes(scene, "BTCUSDT", risk), Closes(scene, "ETHUSDT", risk));
        var (wBtc, wEth) = (holdings["BTC"].GetProperty("weight").GetDouble(), holdings["ETH"].GetProperty("weight").GetDouble());
        var returns = Enumerable.Range(1, 500).Select(day => (wBtc * ((btc[day] / btc[day - 1]) - 1)) + (wEth * ((eth[day] / eth[day - 1]) - 1))).Order().ToArray();
        foreach (var (name, share) in (ReadOnlySpan<(string, double)>)[("valueAtRisk95", 0.05), ("valueAtRisk99", 0.01)])
        {
            var figure = risk.GetProperty(name);
            var at = (returns.Length - 1) * share;
            var quantile = returns[(int)at] + ((at - (int)at) * (returns[(int)at + 1] - returns[(int)at]));
            Assert.Equal((500, 250), (figure.GetProperty("samples").GetInt32(), figure.GetProperty("needed").GetInt32()));
            Assert.Equal(-quantile, figure.GetProperty("ratio").GetDouble(), 6);
        }

        var values = btc.Zip(eth, (b, e) => (0.5 * b) + (4 * e) + 1_000).ToArray();
        var fall = Enumerable.Range(0, values.Length).Max(low => 1 - (values[low] / values.Take(low + 1).Max()));
        Assert.Equal(fall, risk.GetProperty("maxDrawdown").GetProperty("ratio").GetDouble(), 6);
        var correlation = Assert.Single(risk.GetProperty("correlations").EnumerateArray()).GetProperty("correlation");
        Assert.Equal(Pearson(LogReturns(btc), LogReturns(eth)), correlation.GetProperty("ratio").GetDouble(), 6);
        Assert.Equal(60, correlation.GetProperty("needed").GetInt32());
    }

    private static async Task HasTooLittleHistoryAsync(Scene scene)
    {
        var young = (await ValuedAsync(scene, "young")).GetProperty("risk");
        var days = Closes(scene, "ADAUSDT", young).Length - 1;
        Assert.Equal(JsonValueKind.Null, young.GetProperty("valueAtRisk99").GetProperty("ratio").ValueKind);
        Assert.StartsWith($"not enough history ({days} of 250)", young.GetProperty("valueAtRisk95").GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Number, young.GetProperty("correlations")[0].GetProperty("correlation").GetProperty("ratio").ValueKind);
        Assert.Equal(JsonValueKind.Number, young.GetProperty("volatility").GetProperty("ratio").ValueKind);

        var recent = (await ValuedAsync(scene, "new")).GetProperty("risk");
        days = Closes(scene, "SOLUSDT", recent).Length - 1;
        Assert.StartsWith($"not enough history ({days} of 60)", recent.GetProperty("correlations")[0].GetProperty("correlation").GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    /// <summary>The closes of the seconds in which trades of the scene itself happened.</summary>
    private static IEnumerable<decimal> TodaysPrices(Scene scene, string pair) =>
        scene.Exchange.Candles(new Symbol(pair), CandleInterval.OneSecond).Where(second => second.OpenTimeMicros >= scene.StartMicros).Select(second => second.Close);

    /// <summary>The closes of the days that the risk figures rest on: 501 at most, up to the last closed one.</summary>
    private static double[] Closes(Scene scene, string pair, JsonElement risk)
    {
        var last = Micros.From(new DateTimeOffset(DateOnly.Parse(risk.GetProperty("lastDay").GetString()!, System.Globalization.CultureInfo.InvariantCulture), TimeOnly.MinValue, TimeSpan.Zero));
        return [.. Candles(scene, pair).Where(day => day.OpenTimeMicros <= last).TakeLast(501).Select(day => (double)day.Close)];
    }

    private static IReadOnlyList<TrueCandle> Candles(Scene scene, string pair) => scene.Exchange.Candles(new Symbol(pair), CandleInterval.OneDay);

    private static double[] LogReturns(double[] closes) => [.. closes.Skip(1).Zip(closes, (now, before) => Math.Log(now / before))];

    private static double Pearson(double[] x, double[] y)
    {
        var (meanX, meanY) = (x.Average(), y.Average());
        return x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / Math.Sqrt(x.Sum(a => (a - meanX) * (a - meanX)) * y.Sum(b => (b - meanY) * (b - meanY)));
    }

    /// <summary>A trade at noon of each day before this one, at a price that wanders, then one every five seconds at the last.</summary>
    private static FakeTape Tape(long start)
    {
        var today = CandleInterval.OneDay.OpenOf(start);
        var specs = FakeTape.FromModel(start, TimeSpan.FromSeconds(1), 1, 1, [.. Listed.Select(listed => listed.Pair)]).Symbols;
        return FakeTape.Of([.. Listed.Select((listed, index) =>
        {
            var (spec, random) = (specs[new Symbol(listed.Pair)].Spec, new Random(index));
            var price = 50_000d / ((index * 10) + 1);
            var times = Enumerable.Range(0, listed.Days).Select(day => today - ((listed.Days - day) * Micros.PerDay) + (Micros.PerDay / 2))
                .Concat(Enumerable.Range(0, 400).Select(trade => start + Micros.PerSecond + (trade * 5 * Micros.PerSecond)));
            return (spec, times.Select((time, trade) =>
            {
                price *= 1 + ((random.NextDouble() - 0.5) * (trade < listed.Days ? 0.06 : 0));
                return Print.Trade(spec, 1_000 + trade, time, (long)(price * ScaledNumber.PowerOfTen(spec.PriceDecimals)), ScaledNumber.PowerOfTen(spec.QuantityDecimals), TakerSide.Buy);
            }).ToArray().AsEnumerable());
        })]);
    }
}
