using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;

namespace OrleansMarket.Domain.Tests.Alerts;

public sealed class SymbolAlertsStateTests
{
    private static readonly AlertRule[] Rules =
    [
        AlertBench.Rule() with { For = TimeSpan.FromSeconds(2), Exit = 8, Cooldown = TimeSpan.FromSeconds(4) },
        AlertBench.Rule("fall") with { Direction = AlertDirection.Below, Enter = -5, Symbols = [AlertBench.Spec.Symbol] },
        AlertBench.Rule("any") with { Direction = AlertDirection.Magnitude, Enter = 12, MinSamples = 3 },
        AlertBench.Rule("stale", Signal.StaleFeed, 3),
        AlertBench.Rule("whale", Signal.WhaleNotional, 100) with { Severity = AlertSeverity.Critical },
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Load_ContinuesBitForBitFromAnySecond(int seed)
    {
        var straight = new AlertBench(Rules);
        var restarted = new AlertBench(Rules);
        var random = new Random(seed);
        for (var second = 1; second <= 3_000; second++)
        {
            var figures = Figures(random);
            straight.See(second, figures);
            restarted.See(second, figures);
            if (random.Next(10) == 0)
            {
                restarted.Restart();
            }

            Assert.Equal(straight.State(), restarted.State());
        }

        Assert.Equal(straight.Seen, restarted.Seen);
        Assert.True(straight.Seen.Count > 100, $"expected a lively run, found {straight.Seen.Count} transitions");
    }

    [Fact]
    public void Evaluate_GivesEachTransitionAnIdOfItsOwn()
    {
        var bench = new AlertBench(Rules);
        var random = new Random(4);
        for (var second = 1; second <= 5_000; second++)
        {
            bench.See(second, Figures(random));
        }

        Assert.Equal(bench.Seen.Count, bench.Seen.Select(transition => transition.Id).Distinct().Count());
    }

    [Fact]
    public void Load_RefusesAStateThatIsCutAnywhere()
    {
        var bench = new AlertBench(Rules).Run(1, 20, 20, 20, 0);
        var state = bench.State();
        for (var length = 0; length < state.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => new SymbolAlerts(AlertBench.Spec, bench).Load(new(new MemoryStream(state[..length]))));
        }
    }

    [Fact]
    public void Load_RefusesANewerVersion()
    {
        var bench = new AlertBench(Rules);
        var state = bench.State();
        state[0] = 99;

        var problem = Assert.Throws<InvalidDataException>(() => bench.Alerts.Load(new(new MemoryStream(state))));
        Assert.Contains("found 99", problem.Message, StringComparison.Ordinal);
    }

    private static (Signal, double)[] Figures(Random random)
    {
        var figures = new List<(Signal, double)>();
        if (random.Next(8) > 0)
        {
            figures.Add((Signal.PriceMove1m, (random.NextDouble() * 34) - 14));
        }

        if (random.Next(20) == 0)
        {
            figures.Add((Signal.WhaleNotional, random.NextDouble() * 200));
        }

        figures.Add((Signal.StaleFeed, random.Next(15) == 0 ? 4 : 0));
        return [.. figures];
    }
}
