using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Tests.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Engine;

/// <summary>A whole engine with full windows allocates nothing, whatever the compiler makes of the code: these tests also run without optimisation.</summary>
[Collection(nameof(SteadyStateTests))]
public sealed class EngineSteadyStateTests
{
    private static readonly AlertRule[] Rules =
        [.. DefaultAlertRules.All.Select(rule => rule with { Enter = rule.Direction == AlertDirection.Below ? -1e18 : 1e18, Exit = null })];

    [Fact]
    public void Apply_AllocatesNothing_ForBusyAndQuietSecondsRepeatsAndEveryInterval()
    {
        var feeder = new Feeder();
        feeder.Run(minutes: 1_560);

        Assert.Equal(0, Allocations.Of(() => feeder.Run(minutes: 1_440)));
    }

    [Fact]
    public void Apply_AllocatesNothing_BetweenTwoBasesOfTheState()
    {
        var feeder = new Feeder();
        feeder.Run(minutes: 1_560);
        feeder.WriteBase();
        feeder.WriteBase();
        feeder.WriteBase();

        Assert.Equal(0, Allocations.Of(() =>
        {
            feeder.WriteBase();
            feeder.WriteBase();
        }));
        Assert.True(feeder.Engine.KnowsChanges);
    }

    private sealed class Feeder
    {
        private readonly Random _random = new(7);
        private long _now = TestTape.Start;
        private long _id = TestTape.FirstId;
        private long _price = 6_000_000;

        public Feeder() => Engine.SetRules(Rules);

        public SymbolEngine Engine { get; } = new(TestTape.Spec, new EngineOptions(), SilentObserver.Instance);

        /// <summary>What a session tells the engine of a base: it is being written, and later that it is there.</summary>
        public void WriteBase()
        {
            Run(minutes: 60);
            Engine.SealChanges();
            Run(minutes: 60);
            Engine.ForgetChanges();
        }

        /// <summary>Busy seconds, quiet stretches that are closed by clock and proven by the next trade, and each tenth trade twice.</summary>
        public void Run(int minutes)
        {
            for (var end = _now + (minutes * Micros.PerMinute); _now < end; _now += Micros.PerSecond)
            {
                var second = _now / Micros.PerSecond % 100;
                for (var trades = second < 10 ? 2 : second % 20 == 0 ? 1 : 0; trades > 0; trades--)
                {
                    _price += _random.Next(-30, 31);
                    var print = Print.Trade(TestTape.Spec, _id, _now + trades, _price, _random.Next(1, 100_000), (TakerSide)(_id % 2));
                    Engine.Apply(in print);
                    if (_id++ % 10 == 0)
                    {
                        Engine.Apply(in print);
                    }
                }

                Engine.Tick(_now + Micros.PerSecond, PipelineReading.Unknown);
            }
        }
    }
}
