using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Analytics;

/// <summary>A second that has passed is recomputed as it was told, bit for bit, as long as nothing was repaired.</summary>
public sealed class PastFiguresTests
{
    private static readonly Signal[] OfMinutes = [Signal.Volatility1h, Signal.Volatility24h, Signal.VolatilityEwma, Signal.VolumeSpike, Signal.BuyShare1h];

    private static readonly Signal[] OfSeconds =
        [Signal.PriceMove1m, Signal.PriceMove5m, Signal.PriceMove1h, Signal.BuyShare1m, Signal.BuyShare5m, Signal.WhaleNotional];

    [Theory]
    [InlineData(31, 1_530)] // the oldest minutes of the windows are no longer in the history
    [InlineData(32, 130)]
    public void At_IsWhatWasTold(int seed, int minutes)
    {
        var options = new AnalyticsOptions { WhaleFloor = 1, MinActiveMinutes = 2, SpikeMinActiveMinutes = 2, SpikeMinNotional = 0 };
        var tested = new AnalyticsUnderTest(options);
        var told = new List<(long Time, Signal Signal, double Value)>();
        var calls = AnalyticsTape.Random(seed, minutes).Calls.Where(call => call.Kind != "revised").ToArray();
        var end = calls[^1].Micros;
        var moments = WhaleSeconds(options, calls).TakeLast(2).Append(end - (3 * Micros.PerSecond)).Append(end).ToHashSet();
        foreach (var call in calls)
        {
            call.Give(tested);
            if (call.Kind != "second" || call.Micros <= end - (55 * Micros.PerMinute))
            {
                continue;
            }

            if (call.Micros % Micros.PerMinute == 0)
            {
                told.AddRange(OfMinutes.Select(signal => (call.Micros, signal, tested.Frame[signal].Value)));
            }

            if (moments.Contains(call.Micros))
            {
                tested.Analytics.Remember(withSeconds: true, _ => true);
                told.AddRange(OfSeconds.Select(signal => (call.Micros, signal, tested.Frame[signal].Value)));
            }
        }

        var restored = new AnalyticsUnderTest(options);
        restored.Load(tested.Save());
        foreach (var (time, signal, value) in told)
        {
            Assert.Equal((time, signal, value), (time, signal, tested.Analytics.At(signal, time).Value));
            Assert.Equal((time, signal, value), (time, signal, restored.Analytics.At(signal, time).Value));
        }

        Assert.All([.. OfMinutes, .. OfSeconds], signal => Assert.Contains(told, figure => figure.Signal == signal && double.IsFinite(figure.Value)));
    }

    private static List<long> WhaleSeconds(AnalyticsOptions options, TapeCall[] calls)
    {
        var (input, seconds) = (new AnalyticsUnderTest(options), new List<long>());
        foreach (var call in calls)
        {
            call.Give(input);
            if (call.Kind == "second" && input.Frame[Signal.WhaleNotional].Status == FigureStatus.Ok)
            {
                seconds.Add(call.Micros);
            }
        }

        return seconds;
    }

    [Fact]
    public void At_HasNoValueBeyondItsReach()
    {
        var tested = new AnalyticsUnderTest();
        AnalyticsTape.Random(33, 90).Play(tested);
        var now = Micros.Floor(AnalyticsTape.Start + (90 * Micros.PerMinute), Micros.PerMinute);

        Assert.Equal(FigureStatus.NoData, tested.Analytics.At(Signal.Volatility1h, now - (62 * Micros.PerMinute)).Status);
        Assert.Equal(FigureStatus.NoData, tested.Analytics.At(Signal.PriceMove1m, now - Micros.PerMinute).Status); // nothing fired there
        Assert.Equal(FigureStatus.NoData, tested.Analytics.At(Signal.Volatility1h, now + Micros.PerDay).Status);
    }

    [Fact]
    public void Remember_KeepsTheLastFewFirings()
    {
        var tested = new AnalyticsUnderTest();
        var tape = new AnalyticsTape();
        var times = new List<long>();
        for (var firing = 0; firing < MarketAnalytics.MostMoments + 3; firing++)
        {
            tape.Trade(100, 5).Seconds(70);
            times.Add(tape.Now);
        }

        foreach (var call in tape.Calls)
        {
            call.Give(tested);
            if (call.Kind == "second" && times.Contains(call.Micros))
            {
                tested.Analytics.Remember(withSeconds: call.Micros != times[4], time => time != times[^2]);
            }
        }

        // The first two fell out, one is not needed any more, one was remembered without its seconds.
        var reached = times.Where(time => tested.Analytics.At(Signal.PriceMove1m, time).Status == FigureStatus.Ok);
        Assert.Equal(times.Skip(2).Where(time => time != times[^2] && time != times[4]), reached);
    }
}
