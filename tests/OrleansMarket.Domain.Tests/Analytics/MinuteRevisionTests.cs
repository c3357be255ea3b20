using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Analytics;

/// <summary>Minutes that come wrong first and right later leave the same figures as minutes that come right at once.</summary>
public class MinuteRevisionTests
{
    [Theory]
    [InlineData(1, 90)]
    [InlineData(2, 90)]
    [InlineData(3, 300)]
    [InlineData(4, 1_500)]
    [InlineData(5, 3_000)]
    public void OnMinuteRevised_LeavesTheFiguresOfAnUndisturbedRun(int seed, int minutes)
    {
        var random = new Random(seed);
        var right = RandomMinutes(random, minutes);
        var undisturbed = new MinutesOnly();
        right.ForEach(undisturbed.Give);

        var disturbed = new MinutesOnly();
        var owed = new List<Candle>();
        foreach (var candle in right)
        {
            var wrong = random.Next(10);
            if (wrong < 3)
            {
                owed.Add(candle);
            }

            disturbed.Give(wrong switch
            {
                0 => candle with { MissingIds = 5, Close = candle.Close + random.Next(-500, 500), QuoteVolume = candle.QuoteVolume / 2, TradeCount = 1 + (candle.TradeCount / 2) },
                1 => candle with { Flags = CandleFlags.Partial, QuoteVolume = candle.QuoteVolume / 3, Volume = candle.Volume / 3, TakerBuyVolume = 0 },
                2 => candle with { Close = candle.Close + random.Next(-500, 500), TradeCount = candle.TradeCount + 7 },
                _ => candle,
            });

            // Repaired in any order, some soon, some late, some twice.
            if (owed.Count > 0 && random.Next(4) == 0)
            {
                var repaired = owed[random.Next(owed.Count)];
                disturbed.Analytics.OnMinuteRevised(in repaired);
                if (random.Next(3) > 0)
                {
                    owed.Remove(repaired);
                }
            }
        }

        while (owed.Count > 0)
        {
            var repaired = owed[random.Next(owed.Count)];
            disturbed.Analytics.OnMinuteRevised(in repaired);
            owed.Remove(repaired);
        }

        Assert.Equal(undisturbed.Describe(), disturbed.Describe());
    }

    [Fact]
    public void OnMinuteRevised_MovesTheReturnIntoTheNextMinuteToo()
    {
        var tape = new AnalyticsTape();
        for (var minute = 0; minute < 61; minute++)
        {
            tape.Trade(minute == 30 ? 1_100_000 : 1_000_000, 1).ToMinute();
        }

        var tested = new AnalyticsUnderTest();
        tape.Play(tested);
        Assert.True(tested.Figures.Volatility.Realised1h.Value > 0);
        tested.OnMinuteRevised(tape.Minutes.Values.Single(candle => candle.Close == 1_100_000) with { Close = 1_000_000 });
        Assert.Equal(0, tested.Figures.Volatility.Realised1h.Value);
    }

    [Fact]
    public void OnMinuteRevised_CarriesTheNewCloseThroughQuietMinutes()
    {
        var tape = new AnalyticsTape();
        for (var minute = 0; minute < 61; minute++)
        {
            if (minute is < 30 or > 33)
            {
                tape.Trade(minute < 33 ? 1_000_000 : 1_100_000, 1);
            }

            tape.ToMinute();
        }

        var tested = new AnalyticsUnderTest();
        tape.Play(tested);
        var before = tested.Figures.Volatility.Realised1h;
        var revised = tape.Minutes.Values.Where(candle => candle.TradeCount > 0 && candle.Close == 1_000_000).MaxBy(candle => candle.OpenTimeMicros)!;
        tested.OnMinuteRevised(revised with { Close = 1_100_000 });
        var after = tested.Figures.Volatility.Realised1h;

        // The jump happens three minutes sooner, and only once.
        Assert.Equal(before.Value, after.Value, 12);
        Assert.Equal(before.Samples, after.Samples);
    }

    [Fact]
    public void OnMinuteRevised_FillsAMinuteThatWasAbsent()
    {
        var tape = new AnalyticsTape();
        for (var minute = 0; minute < 61; minute++)
        {
            tape.Halted = minute == 40;
            tape.Trade(1_000_000 + minute, 1).ToMinute();
        }

        var tested = new AnalyticsUnderTest();
        tape.Play(tested);
        Assert.Equal(58, tested.Figures.Volatility.Realised1h.Samples);
        var before = tape.Minutes[(AnalyticsTape.Start / Micros.PerMinute) + 39];
        tested.OnMinuteRevised(before with { OpenTimeMicros = before.OpenTimeMicros + Micros.PerMinute, Close = 1_000_040 });
        Assert.Equal(60, tested.Figures.Volatility.Realised1h.Samples);
    }

    [Fact]
    public void OnMinuteRevised_OlderThanTheHistoryChangesNothing()
    {
        var tape = new AnalyticsTape();
        for (var minute = 0; minute < 1_442; minute++)
        {
            tape.Trade(1_000_000 + minute, 1).ToMinute();
        }

        var tested = new AnalyticsUnderTest();
        tape.Play(tested);
        var before = tested.Save();
        tested.OnMinuteRevised(tape.Minutes[AnalyticsTape.Start / Micros.PerMinute] with { Close = 5 });
        Assert.Equal(before, tested.Save());
        tested.OnMinuteRevised(tape.Minutes[(AnalyticsTape.Start / Micros.PerMinute) + 1] with { Close = 5 });
        Assert.NotEqual(before, tested.Save());
    }

    private static List<Candle> RandomMinutes(Random random, int minutes)
    {
        var candles = new List<Candle>();
        var close = 1_000_000L;
        for (var minute = 0; minute < minutes; minute++)
        {
            if (random.Next(200) == 0)
            {
                // A halt.
                minute += random.Next(30);
            }

            var active = random.Next(4) > 0;
            close += active ? random.Next(-1_000, 1_001) : 0;
            var volume = active ? random.Next(1, 1_000_000) : 0;
            candles.Add(new Candle
            {
                Interval = CandleInterval.OneMinute,
                OpenTimeMicros = AnalyticsTape.Start + (minute * Micros.PerMinute),
                Open = close,
                High = close,
                Low = close,
                Close = close,
                Volume = volume,
                QuoteVolume = (Int128)volume * close,
                TakerBuyVolume = volume / 3,
                TradeCount = active ? random.Next(1, 100) : 0,
                Flags = active ? CandleFlags.None : CandleFlags.Carried,
            });
        }

        return candles;
    }

    private sealed class MinutesOnly : IWhaleObserver
    {
        private long _end;

        public MinutesOnly() => Analytics = new MarketAnalytics(AnalyticsTape.Spec, new AnalyticsOptions { SpikeMinNotional = 0 }, this);

        public MarketAnalytics Analytics { get; }

        public void Give(Candle candle)
        {
            if (_end == 0)
            {
                Analytics.OnPrint(new Print(1, 1, candle.OpenTimeMicros, 1_000_000, 1, 1, TakerSide.Buy));
            }

            Analytics.OnMinute(in candle);
            _end = candle.EndMicros;
        }

        /// <summary>Every figure, as one text.</summary>
        public string Describe()
        {
            Analytics.OnSecond(_end, new SignalFrame());
            var figures = Analytics.Describe();
            return string.Join(
                '\n', figures.PriceChangePercent["1h"], figures.PriceChangePercent["24h"], figures.Volatility, figures.Flow[2], figures.Spike,
                Analytics.QuoteVolume24h);
        }

        public void OnWhale(in Sweep sweep)
        {
        }
    }
}
