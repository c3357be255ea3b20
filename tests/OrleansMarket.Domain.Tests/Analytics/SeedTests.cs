using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Analytics;

public class SeedTests
{
    [Fact]
    public void Seed_GivesTheFiguresOfTheMinutesAtOnce()
    {
        var tape = AnalyticsTape.Random(21, 1_441);
        var history = tape.Minutes.Values.Where(candle => candle.OpenTimeMicros >= AnalyticsTape.Start + Micros.PerMinute)
            .OrderBy(candle => candle.OpenTimeMicros).Select(candle => candle with { Flags = candle.Flags | CandleFlags.FromExchange }).ToList();
        var seeded = new AnalyticsUnderTest();
        seeded.Analytics.Seed(history);
        seeded.OnSecond(history[^1].EndMicros + Micros.PerSecond);

        var lived = new AnalyticsUnderTest();
        history.ForEach(candle => lived.OnMinute(candle));
        Assert.Equal(lived.Figures.Volatility, seeded.Figures.Volatility);
        Assert.Equal(lived.Figures.Spike, seeded.Figures.Spike);
        Assert.Equal(lived.Figures.Flow[2], seeded.Figures.Flow[2]);
        Assert.Equal(FigureStatus.Ok, seeded.Frame[Signal.Volatility24h].Status);
        Assert.Equal(history[^1].Close, seeded.Frame.Price);
        Assert.Equal(FigureStatus.Ok, seeded.Frame[Signal.PriceMove1h].Status);
    }

    [Fact]
    public void Seed_MakesNoSecondReturnIntoTheFirstPrint()
    {
        var tape = new AnalyticsTape();
        for (var minute = 0; minute < 60; minute++)
        {
            tape.Trade(1_000_000, 1).ToMinute();
        }

        var tested = new AnalyticsUnderTest();
        tested.Analytics.Seed([.. tape.Minutes.Values]);
        for (var second = 1; second <= 100; second++)
        {
            tested.OnPrint(new Print(second, second, tape.Now, 2_000_000, 1, 1, TakerSide.Buy));
            tested.OnSecond(tape.Now + (second * Micros.PerSecond));
        }

        Assert.Equal(0, tested.Figures.Volatility.Realised5m.Value);
        Assert.Equal(99, tested.Figures.Volatility.Realised5m.Samples);
    }

    [Fact]
    public void Seed_OfNothingChangesNothing()
    {
        var tested = new AnalyticsUnderTest();
        var before = tested.Save();
        tested.Analytics.Seed([]);
        Assert.Equal(before, tested.Save());
    }
}
