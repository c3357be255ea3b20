using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Engine;

/// <summary>Trading rests: no price is carried into the halt and no return spans it, until a trade ends it.</summary>
public sealed class HaltTests
{
    private const int Before = 4; // minutes with trades
    private const int Heard = 6; // the minute in which we hear of the halt
    private const int Resumed = 20; // the minute of the next trade
    private const int End = 26;

    private readonly RecordingObserver _observer = new();
    private SymbolEngine _engine;
    private long _id = 10;

    public HaltTests()
    {
        _engine = new SymbolEngine(TestTape.Spec, new EngineOptions(), _observer);
        _engine.ExpectFrom(10, TestTape.Start);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Minutes_OfAHaltAreNoCandles(bool restart)
    {
        Run(restart);

        var opens = _observer.Final.Values.Where(candle => candle.Interval == CandleInterval.OneMinute).ToDictionary(candle => (candle.OpenTimeMicros - TestTape.Start) / Micros.PerMinute);
        Assert.Equal([.. Enumerable.Range(0, Heard).Concat(Enumerable.Range(Resumed, End - Resumed)).Select(minute => (long)minute)], opens.Keys.Order());
        Assert.All(opens.Where(pair => pair.Key < End - 1), pair => Assert.Equal(CandleStatus.Complete, pair.Value.Status));
        Assert.Equal([4L, 5L], opens.Where(pair => pair.Value.TradeCount == 0).Select(pair => pair.Key).Order()); // nobody had told us yet
    }

    [Fact]
    public void RollUps_WhollyInsideAHaltAreNoCandles()
    {
        Run();

        var opens = _observer.Final.Values.Where(candle => candle.Interval == CandleInterval.FiveMinutes).Select(candle => candle.OpenTimeMicros);
        var expected = Enumerable.Range(0, Heard).Concat(Enumerable.Range(Resumed, End - Resumed))
            .Select(minute => CandleInterval.FiveMinutes.OpenOf(TestTape.Start + (minute * Micros.PerMinute))).Distinct()
            .Where(open => open + (5 * Micros.PerMinute) <= TestTape.Start + (End * Micros.PerMinute));
        Assert.Equal(expected, opens.Order());
    }

    [Fact]
    public void Returns_NeverSpanAHalt()
    {
        Run();
        var calm = _engine.Figures.Volatility;

        // Every trade of a minute repeats the price of the one before, but for the halt, over which it doubles.
        Assert.Equal(Before - 1 + (Heard - Before) + (End - Resumed - 1), calm.Realised24h.Samples);
        Assert.Equal(Heard - Before, calm.CarriedMinutes24h);
        var frame = _observer.Frame ?? throw new InvalidOperationException("expected a frame");
        Assert.Equal(calm.Realised24h.Samples, frame[Signal.Volatility24h].Samples);
    }

    [Fact]
    public void Figures_OfAMinuteAreNotKnownInAHalt()
    {
        Run(until: Resumed - 1);

        Assert.Equal(FigureStatus.NoData, _observer.Frame![Signal.VolumeSpike].Status);
        Assert.Equal(0, _engine.Figures.Flow[0].TakerBuyVolume + _engine.Figures.Flow[0].TakerSellVolume);
    }

    [Fact]
    public void ATradeInsideWhatWasTakenForAHalt_MakesItsMinuteACandle()
    {
        Run(until: Resumed - 1);
        Trade(TestTape.Start + ((Resumed - 3) * Micros.PerMinute) + 5, 100);

        var minute = _observer.Final[("1m", TestTape.Start + ((Resumed - 3) * Micros.PerMinute))];
        Assert.Equal((1L, 100L, CandleFlags.Repaired), (minute.TradeCount, minute.Close, minute.Flags));
        Assert.DoesNotContain(_observer.Final.Keys, key => key == ("1m", TestTape.Start + ((Resumed - 2) * Micros.PerMinute)));
    }

    private void Run(bool restart = false, int until = End)
    {
        for (var second = 0L; second <= (until * 60) + 5; second++)
        {
            var time = TestTape.Start + (second * Micros.PerSecond);
            var minute = second / 60;
            if (second % 60 == 30 && (minute < Before || minute >= Resumed))
            {
                Trade(time - 10, minute < Before ? 100 : 200);
            }

            // The exchange is asked every ten minutes: it says so late, when the halt begins and when it ends.
            var halted = second >= (Heard * 60) + 30 && minute < Resumed + 3;
            _engine.Tick(time, PipelineReading.Unknown with { TradingExpected = !halted });
            if (second % 45 == 0)
            {
                _engine.ConfirmLastId(_id - 1, time - Micros.PerSecond, _engine.InterruptedMicros);
            }

            if (restart && second % 37 == 0)
            {
                Restart();
            }
        }
    }

    private void Trade(long time, long price)
    {
        var print = Print.Trade(TestTape.Spec, _id++, time, price, 10, TakerSide.Buy);
        Assert.Equal(ApplyResult.Accepted, _engine.Apply(in print));
    }

    private void Restart()
    {
        var saved = _engine.Save();
        _engine = new SymbolEngine(TestTape.Spec, new EngineOptions(), _observer);
        _engine.Load(saved);
        Assert.Equal(saved, _engine.Save());
    }
}
