using System.Globalization;
using System.Text.Json;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Contract;

/// <summary>Volume spikes are judged by hour of the week, from four weeks of the exchange's klines that are asked for once.</summary>
/// <param name="hosts">Hosts with <see cref="Settings"/>.</param>
public abstract class SeasonContract(IHostFactory hosts)
{
    private const double TradeValue = 500; // 0.01 BTC of 50,000 USDT, in the first hour of the week

    /// <summary>Gets what the hosts are to be started with.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["Engine__Analytics__SeasonalBaseline"] = "true" };

    [Fact]
    public async Task Spikes_AreJudgedByTheHourOfTheWeek_AlsoAfterARestartThatAsksForNothingAgain()
    {
        var start = CandleInterval.OneMinute.OpenOf(Micros.From(TimeProvider.System.GetUtcNow()));
        await using var scene = await Scene.StartAsync(hosts, Tape(start), start, null, "BTCUSDT");
        await scene.Exchange.PublishUntilAsync(scene.Minute(4));

        await IsSeasonalAsync(scene);
        var asked = Old(scene).Count;
        Assert.InRange(asked, 28, 100);

        await scene.Host.StopAsync();
        await scene.StartAgainAsync();
        await scene.Exchange.PublishUntilAsync(scene.Minute(8));

        await IsSeasonalAsync(scene);
        await scene.BecomesTrueAsync(async () => (await scene.Client.GetAsync("/jobs")).GetProperty("jobs").EnumerateArray()
            .Any(job => job.GetProperty("job").GetString() == "seasonal-baseline" && job.GetProperty("succeeded").GetInt64() > 0), "a run of the job");
        Assert.Equal(asked, Old(scene).Count);
    }

    /// <summary>A trade a minute for more than four weeks, worth more from hour to hour of the week, then a few minutes for the host.</summary>
    private static FakeTape Tape(long start)
    {
        var spec = FakeTape.FromModel(start, TimeSpan.FromSeconds(1), 1, 1, "BTCUSDT").Symbols[new Symbol("BTCUSDT")].Spec;
        var price = 50_000 * ScaledNumber.PowerOfTen(spec.PriceDecimals);
        return FakeTape.Of((spec, Enumerable.Range(0, (30 * 1_440) + 12).Select(minute =>
        {
            var time = start - (30 * Micros.PerDay) + (minute * Micros.PerMinute) + Micros.PerSecond;
            var quantity = (1 + HourOfWeekBaseline.HourOf(time)) * ScaledNumber.PowerOfTen(spec.QuantityDecimals) / 100;
            return Print.Trade(spec, 1_000_000 + minute, time, price, quantity, TakerSide.Buy);
        })));
    }

    private static async Task IsSeasonalAsync(Scene scene)
    {
        var found = "";
        await scene.BecomesTrueAsync(
            async () =>
            {
                var market = (await scene.Client.GetAsync("/market/BTCUSDT")).GetProperty("market");
                var spike = market.GetProperty("figures").GetProperty("spike");
                found = spike.ToString();
                if (!spike.GetProperty("isSeasonal").GetBoolean() || market.GetProperty("settledTo").ValueKind == JsonValueKind.Null)
                {
                    return false;
                }

                var judged = Micros.From(market.GetProperty("settledTo").GetDateTimeOffset()) - Micros.PerMinute;
                var usual = TradeValue * (1 + HourOfWeekBaseline.HourOf(CandleInterval.OneMinute.OpenOf(judged)));
                return Math.Abs(spike.GetProperty("medianQuoteVolume").GetDouble() - usual) < 0.01 && spike.GetProperty("activeMinutes").GetInt32() == 240;
            },
            () => $"a spike judged by the hour of the week; {found}");
    }

    /// <summary>The requests for klines of days that no cold start asks for.</summary>
    private static List<string> Old(Scene scene)
    {
        var before = scene.StartMicros - (2 * Micros.PerDay);
        return [.. scene.Exchange.Requests.Where(request => request.Contains("klines", StringComparison.Ordinal) && Start(request) < before)];
    }

    private static long Start(string request) => request.Split('?', '&').FirstOrDefault(part => part.StartsWith("startTime=", StringComparison.Ordinal)) is { } text
        ? long.Parse(text["startTime=".Length..], CultureInfo.InvariantCulture)
        : long.MaxValue;
}
