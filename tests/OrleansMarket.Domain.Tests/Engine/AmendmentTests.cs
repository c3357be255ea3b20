using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Engine;

/// <summary>An alert that fired without the trades of a given-up gap gets the value of the undisturbed market once they are repaired, or is withdrawn.</summary>
public sealed class AmendmentTests
{
    private static readonly EngineOptions Options = new()
    {
        RepairPatience = TimeSpan.FromSeconds(1),
        Analytics = new AnalyticsOptions { WhaleFloor = 1, MinActiveMinutes = 3, SpikeMinActiveMinutes = 3, SpikeMinNotional = 0 },
    };

    private static readonly AlertRule[] Rules =
    [
        Rule(Signal.PriceMove1m, 0.002), Rule(Signal.PriceMove5m, 0.002), Rule(Signal.BuyShare1m, 0.5), Rule(Signal.BuyShare5m, 0.5), Rule(Signal.Volatility1h, 0.0001),
        Rule(Signal.VolatilityEwma, 0.0001), Rule(Signal.VolumeSpike, 0.1), Rule(Signal.WhaleNotional, 1_000),
    ];

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(6, true)]
    [InlineData(5, true)]
    public void RepairOfAGivenUpGap_AmendsToWhatTheUndisturbedMarketShows(int seed, bool restart)
    {
        var prints = TestTape.Create(seed, 2_500, pauses: false).Prints;
        var truth = new Dictionary<long, Dictionary<Signal, double>>();
        var undisturbed = Engine(new Frames(truth));
        foreach (var print in prints)
        {
            undisturbed.Apply(in print);
        }

        undisturbed.Tick(prints[^1].TradeTimeMicros + (5 * Micros.PerSecond), PipelineReading.Unknown);

        var (lostFrom, lostTo) = (prints.Length * 9 / 10, (prints.Length * 9 / 10) + 60);
        var seen = new RecordingObserver();
        var engine = Engine(seen);
        foreach (var print in prints[..lostFrom].Concat(prints[lostTo..]))
        {
            engine.Apply(in print);
        }

        engine.Tick(prints[^1].TradeTimeMicros, PipelineReading.Unknown);
        engine.Tick(prints[^1].TradeTimeMicros + (3 * Micros.PerSecond), PipelineReading.Unknown); // the patience is over
        Assert.Equal(GapState.GivenUp, Assert.Single(engine.Gaps).State);
        var before = seen.Alerts.Count;
        if (restart)
        {
            var restored = Engine(seen);
            restored.Load(engine.Save());
            engine = restored;
        }

        foreach (var print in prints[lostFrom..(lostTo - 1)])
        {
            engine.Apply(in print);
        }

        engine.Tick(prints[^1].TradeTimeMicros + (4 * Micros.PerSecond), PipelineReading.Unknown);
        Assert.DoesNotContain(seen.Alerts.Skip(before), alert => alert.State == AlertState.Amended); // one trade is still missing
        engine.Apply(in prints[lostTo - 1]);

        var amended = seen.Alerts.Skip(before).Where(alert => alert.State == AlertState.Amended).ToArray();
        Assert.NotEmpty(amended);
        Assert.Equal(amended.Length, amended.DistinctBy(alert => alert.Key).Count());
        Assert.All(amended, alert =>
        {
            var fired = seen.Alerts.Single(other => other.Key == alert.Key && other.State == AlertState.Firing).TimeMicros;
            var rule = Rules.Single(rule => rule.Id == alert.Key.RuleId);
            Assert.Equal((alert.Key, truth[fired][rule.Signal]), (alert.Key, alert.Value));
            Assert.Equal(truth[fired][rule.Signal] < rule.Enter, alert.IsWithdrawn);
        });

        // The last alert of each rule that fired behind the hole is right now, whether or not it had to be amended.
        var lost = prints[lostFrom - 1].TradeTimeMicros;
        Assert.All(seen.Alerts.Where(alert => alert.State == AlertState.Firing && alert.TimeMicros > lost).GroupBy(alert => alert.Key.RuleId).Select(rule => rule.Last()), alert =>
        {
            var rule = Rules.Single(rule => rule.Id == alert.Key.RuleId);
            var value = amended.LastOrDefault(other => other.Key == alert.Key)?.Value ?? alert.Value;
            Assert.Equal((alert.Key, truth[alert.TimeMicros][rule.Signal]), (alert.Key, value));
        });
    }

    private static AlertRule Rule(Signal signal, double enter) => new()
    {
        Id = WireName.Of(signal),
        Name = WireName.Of(signal),
        Signal = signal,
        Direction = AlertDirection.Above,
        Enter = enter,
        Cooldown = TimeSpan.Zero,
    };

    private static SymbolEngine Engine(ISymbolObserver observer)
    {
        var engine = new SymbolEngine(TestTape.Spec, Options, observer);
        engine.SetRules(Rules);
        engine.ExpectFrom(TestTape.FirstId, TestTape.Start);
        return engine;
    }

    private sealed class Frames(Dictionary<long, Dictionary<Signal, double>> told) : ISymbolObserver
    {
        public void OnCandle(in Candle candle)
        {
        }

        public void OnWhale(in Sweep sweep)
        {
        }

        public void OnGap(in Gap gap)
        {
        }

        public void OnAlert(AlertTransition transition)
        {
        }

        public void OnSecond(SignalFrame frame) => told[frame.TimeMicros] = Rules.ToDictionary(rule => rule.Signal, rule => frame[rule.Signal].Value);
    }
}
