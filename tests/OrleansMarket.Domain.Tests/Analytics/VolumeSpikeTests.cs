using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Analytics;

public class VolumeSpikeTests
{
    private static readonly AnalyticsOptions NoMinimum = new() { SpikeMinNotional = 0 };

    [Theory]
    [InlineData(59, FigureStatus.NotEnoughActivity)]
    [InlineData(60, FigureStatus.Ok)]
    public void Spike_Needs60ActiveMinutesInItsBaseline(int active, FigureStatus expected)
    {
        var tape = new AnalyticsTape().Trade(1_000_000, 1_000).ToMinute();
        for (var minute = 1; minute < 200; minute++)
        {
            if (minute % 2 == 0 && minute / 2 < active)
            {
                tape.Trade(1_000_000, 1_000);
            }

            tape.ToMinute();
        }

        // The minute judged trades too, and does not count.
        tape.Trade(1_000_000, 1_000).ToMinute();
        var tested = Play(tape);
        Assert.Equal(expected, tested.Frame[Signal.VolumeSpike].Status);
        Assert.Equal(active, tested.Figures.Spike.ActiveMinutes);
        Assert.Equal(200, tested.Frame[Signal.VolumeSpike].Samples);
    }

    [Fact]
    public void Spike_OfAnEvenMarketIsScaledByATenthOfTheLogarithmAtLeast()
    {
        // 0.01 units at 10,000.00 is 100 quote units; ln(101) × 5 % = 0.2308 is above 0.1. Tenfold volume: (ln 1001 − ln 101) / 0.2308.
        var tape = Even(61, 1_000);
        tape.Trade(1_000_000, 10_000).ToMinute();
        Assert.Equal((Math.Log(1_001) - Math.Log(101)) / (0.05 * Math.Log(101)), Play(tape).Frame[Signal.VolumeSpike].Value, 4);

        // 0.0001 units is 1 quote unit; ln(2) × 5 % = 0.035 is below 0.1.
        tape = Even(61, 10);
        tape.Trade(1_000_000, 100).ToMinute();
        Assert.Equal((Math.Log(11) - Math.Log(2)) / 0.1, Play(tape).Frame[Signal.VolumeSpike].Value, 4);
    }

    [Fact]
    public void Spike_IsScaledByTheMedianAbsoluteDeviationWhereThatIsLarger()
    {
        var tape = new AnalyticsTape();
        for (var minute = 0; minute < 101; minute++)
        {
            tape.Trade(1_000_000, (minute % 3) switch { 0 => 100, 1 => 1_000, _ => 10_000 }).ToMinute();
        }

        tape.Trade(1_000_000, 100_000).ToMinute();

        // Medians of 34 × ln 11, 34 × ln 101, 33 × ln 1001: ln 101; deviations 34 × ln(101/11), 34 × 0, 33 × ln(1001/101): ln(101/11).
        var expected = (Math.Log(10_001) - Math.Log(101)) / (1.4826 * Math.Log(101.0 / 11));
        Assert.Equal(expected, Play(tape).Frame[Signal.VolumeSpike].Value, 4);
    }

    [Fact]
    public void Spike_IsNotDampedByItself()
    {
        var tape = Even(1_441, 1_000);
        tape.Trade(1_000_000, 100_000).ToMinute();
        var tested = Play(tape);
        Assert.Equal(1_440, tested.Frame[Signal.VolumeSpike].Samples);
        Assert.Equal(100, tested.Figures.Spike.MedianQuoteVolume, 3);
        Assert.Equal(10_000, tested.Figures.Spike.QuoteVolume, 6);
    }

    [Theory]
    [InlineData(10_000, FigureStatus.Ok)]
    [InlineData(10_000.01, FigureStatus.NotEnoughActivity)]
    public void Spike_NeedsTheMinimumNotional(double minimum, FigureStatus expected)
    {
        var tape = Even(100, 1_000);
        tape.Trade(1_000_000, 100_000).ToMinute();
        Assert.Equal(expected, Play(tape, new() { SpikeMinNotional = minimum }).Frame[Signal.VolumeSpike].Status);
    }

    [Fact]
    public void Spike_OfAMinuteBelowTheMedianNeedsNoMinimum()
    {
        var tape = Even(100, 1_000).ToMinute();
        Assert.True(Play(tape, new()).Frame[Signal.VolumeSpike].Value < -4);
    }

    [Theory]
    [InlineData(CandleFlags.Partial, 0)]
    [InlineData(CandleFlags.None, 1)]
    public void Spike_OfAnIncompleteMinuteIsUnknown_AndItIsNoBaseline(CandleFlags flags, long missing)
    {
        var tape = Even(100, 1_000);
        var last = tape.Minutes[(tape.Now / Micros.PerMinute) - 1];
        tape.Revise(last with { Flags = flags, MissingIds = missing }).Seconds();
        Assert.Equal(FigureStatus.NoData, Play(tape).Frame[Signal.VolumeSpike].Status);
        tape.ToMinute();
        Assert.Equal(99, Play(tape).Frame[Signal.VolumeSpike].Samples);
    }

    [Fact]
    public void SeasonalBaseline_JudgesByTheSameHourOfTheWeek()
    {
        var options = NoMinimum with { SeasonalBaseline = true };
        var klines = FourWeeks();
        var tested = new AnalyticsUnderTest(options);
        tested.Analytics.SetSeason(HourOfWeekBaseline.From(AnalyticsTape.Spec, klines));
        var tape = new AnalyticsTape().Seconds(17 * 3_600);
        tape.Trade(1_000_000, 10_000).ToMinute();
        tape.Play(tested);

        // 2024-08-08 17:00 was a Thursday; that hour's baseline, by definition, from the klines of four Thursdays.
        var logs = klines.Where(kline => Micros.ToInstant(kline.OpenTimeMicros) is { DayOfWeek: DayOfWeek.Thursday, Hour: 17 })
            .Select(kline => Math.Log(1 + (double)AnalyticsTape.Spec.Quote(kline.QuoteVolume))).Order().ToList();
        Assert.Equal(240, logs.Count);
        var median = (logs[119] + logs[120]) / 2;
        var deviations = logs.Select(x => Math.Abs(x - median)).Order().ToList();
        var scale = Math.Max(Math.Max(1.4826 * (deviations[119] + deviations[120]) / 2, 0.05 * median), 0.1);
        var spike = tested.Figures.Spike;
        Assert.Equal((Math.Log(1_001) - median) / scale, spike.ZScore.Value, 4);
        Assert.Equal((240, 240, true), (spike.ZScore.Samples, spike.ActiveMinutes, spike.IsSeasonal));

        // Without the option the last 24 h decide, and they know nothing.
        var plain = new AnalyticsUnderTest(NoMinimum);
        plain.Analytics.SetSeason(HourOfWeekBaseline.From(AnalyticsTape.Spec, klines));
        tape.Play(plain);
        Assert.False(plain.Figures.Spike.IsSeasonal);
        Assert.NotEqual(FigureStatus.Ok, plain.Frame[Signal.VolumeSpike].Status);
    }

    [Fact]
    public void SeasonalBaseline_NeedsKlines()
    {
        var tape = Even(100, 1_000);
        Assert.False(Play(tape, NoMinimum with { SeasonalBaseline = true }).Figures.Spike.IsSeasonal);
    }

    [Theory]
    [InlineData("2024-08-05T00:00:00Z", 0)]
    [InlineData("2024-08-05T00:59:59.999999Z", 0)]
    [InlineData("2024-08-05T01:00:00Z", 1)]
    [InlineData("2024-08-11T23:59:59Z", 167)]
    public void HourOfWeek_StartsOnMondayUtc(string instant, int hour) =>
        Assert.Equal(hour, HourOfWeekBaseline.HourOf(Micros.From(DateTimeOffset.Parse(instant))));

    private static List<Candle> FourWeeks()
    {
        var random = new Random(7);
        var candles = new List<Candle>();
        for (var minute = 28 * 1_440; minute > 0; minute--)
        {
            var open = AnalyticsTape.Start - (minute * Micros.PerMinute);
            var hour = Micros.ToInstant(open).Hour;
            candles.Add(new Candle
            {
                Interval = CandleInterval.OneMinute,
                OpenTimeMicros = open,
                Open = 1,
                High = 1,
                Low = 1,
                Close = 1,
                TradeCount = 1,
                QuoteVolume = random.Next(1, 1_000) * 10_000_000L * (hour + 1),
            });
        }

        return candles;
    }

    private static AnalyticsTape Even(int minutes, long quantity)
    {
        var tape = new AnalyticsTape();
        for (var minute = 0; minute < minutes; minute++)
        {
            tape.Trade(1_000_000, quantity).ToMinute();
        }

        return tape;
    }

    private static AnalyticsUnderTest Play(AnalyticsTape tape, AnalyticsOptions? options = null)
    {
        var tested = new AnalyticsUnderTest(options ?? NoMinimum);
        tape.Play(tested);
        return tested;
    }
}
