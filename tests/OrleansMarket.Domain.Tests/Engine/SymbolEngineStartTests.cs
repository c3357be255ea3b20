using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Engine;

/// <summary>That nobody listened for a while makes no feed stale and no gap old: a process that has just begun judges by what it heard itself.</summary>
public sealed class SymbolEngineStartTests
{
    private const long Down = 10 * Micros.PerMinute;

    private readonly RecordingObserver _observer = new();
    private SymbolEngine _engine;
    private long _now = TestTape.Start;
    private long _id = 10;

    public SymbolEngineStartTests()
    {
        _engine = NewEngine();
        _engine.ExpectFrom(_id, TestTape.Start);
        Run(seconds: 300, trades: true);
    }

    [Fact]
    public void Restart_AfterALongTimeDown_FiresNothingByItself()
    {
        Restart();
        Run(seconds: 10, trades: false);
        Assert.Empty(_observer.Alerts);

        Run(seconds: 300, trades: true);
        Assert.Empty(_observer.Alerts);
    }

    [Fact]
    public void Restart_IntoSilence_FiresOnceItListenedForLongEnoughItself()
    {
        Restart();
        Run(seconds: 80, trades: false);
        Assert.Empty(_observer.Alerts);

        Run(seconds: 120, trades: false);
        Assert.Equal(("stale-feed", AlertState.Firing), (Assert.Single(_observer.Alerts).Key.RuleId, _observer.Alerts[0].State));
    }

    [Fact]
    public void Restart_WhileTheFeedIsStale_NeitherResolvesNorFiresAgain()
    {
        Run(seconds: 90, trades: false);
        Assert.Single(_observer.Alerts);

        Restart(2 * Micros.PerMinute); // an unknown figure is held for five
        Run(seconds: 280, trades: false);
        Assert.Single(_observer.Alerts);

        Run(seconds: 30, trades: true);
        Assert.Equal([AlertState.Firing, AlertState.Resolved], _observer.Alerts.Select(alert => alert.State));
    }

    [Fact]
    public void ClockThatJumps_RightAfterAStart_IsNoSilence()
    {
        Restart();
        Run(seconds: 2, trades: false);
        _now += Micros.PerHour; // the exchange's clock is known only now
        Run(seconds: 5, trades: false);

        Assert.Empty(_observer.Alerts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ClockThatJumps_RightAfterAStart_MakesNoGapOld(bool trades)
    {
        Restart();
        _id += 5;
        if (!trades)
        {
            _engine.ConfirmLastId(_id - 1, _now, _engine.InterruptedMicros); // what was missed is known by asking only
        }

        Run(seconds: 2, trades);
        Assert.Single(_engine.Gaps);
        _now += Micros.PerHour; // the exchange's clock is known only now
        Run(seconds: 40, trades);
        Assert.Equal(GapState.Open, Assert.Single(_engine.Gaps).State);
        Assert.Empty(_observer.Alerts);

        // From here on the clock is known, and patience has its limits.
        Run(seconds: 30, trades: true);
        Assert.Equal("gap-open", Assert.Single(_observer.Alerts).Key.RuleId);
    }

    [Fact]
    public void Gap_IsWaitedForFromTheStartOn()
    {
        _id += 5;
        Run(seconds: 10, trades: true);
        Restart(2 * Micros.PerHour);
        Run(seconds: 40, trades: true);
        Assert.Equal(GapState.Open, Assert.Single(_engine.Gaps).State);
        Assert.Empty(_observer.Alerts);

        Run(seconds: 30, trades: true);
        Assert.Equal("gap-open", Assert.Single(_observer.Alerts).Key.RuleId);
        Run(seconds: 900, trades: true);
        Assert.Equal(GapState.GivenUp, Assert.Single(_engine.Gaps).State);
    }

    private void Restart(long down = Down)
    {
        var saved = _engine.Save();
        _engine = NewEngine();
        _engine.Load(saved);
        _engine.SetRules(DefaultAlertRules.All.Where(rule => rule.IsDataQuality).ToList());
        _now += down;
        _engine.OnStarted(_now);
    }

    private SymbolEngine NewEngine()
    {
        var engine = new SymbolEngine(TestTape.Spec, new EngineOptions(), _observer);
        engine.SetRules(DefaultAlertRules.All.Where(rule => rule.IsDataQuality).ToList());
        return engine;
    }

    private void Run(int seconds, bool trades)
    {
        for (; seconds > 0; seconds--)
        {
            _now += Micros.PerSecond;
            if (trades)
            {
                var print = Print.Trade(TestTape.Spec, _id++, _now, 100, 10, TakerSide.Buy);
                _engine.Apply(in print);
            }

            _engine.Tick(_now, PipelineReading.Unknown);
        }
    }
}
