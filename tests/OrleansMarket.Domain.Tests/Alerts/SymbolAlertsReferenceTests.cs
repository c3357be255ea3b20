using OrleansMarket.Domain.Alerts;

namespace OrleansMarket.Domain.Tests.Alerts;

/// <summary>Compares the life cycle with one written the plain way, over the whole series at once.</summary>
public sealed class SymbolAlertsReferenceTests
{
    [Theory]
    [InlineData(0, 0, 10, 10, 1)]
    [InlineData(0, 0, 10, 6, 2)]
    [InlineData(3, 0, 10, 6, 3)]
    [InlineData(0, 7, 10, 10, 4)]
    [InlineData(2, 5, 10, 8, 5)]
    public void Evaluate_FiresAndResolvesWhereAPlainScanOfTheSeriesSays(int hold, int cooldown, double enter, double exit, int seed)
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, 5_000).Select(_ => random.NextDouble() * 14).ToArray();
        var bench = new AlertBench(AlertBench.Rule(enter: enter) with
        {
            Exit = exit,
            For = TimeSpan.FromSeconds(hold),
            Cooldown = TimeSpan.FromSeconds(cooldown),
        }).Run(0, values);

        var actual = bench.Seen.Where(t => t.State == AlertState.Firing || (t.State == AlertState.Resolved && t.SuppressedBecause != "ended before it fired"))
            .Select(t => (t.State, Second: (int)((t.TimeMicros - AlertBench.Start) / 1_000_000)));
        Assert.Equal(Scan(values, hold, cooldown, enter, exit), actual);
    }

    private static List<(AlertState State, int Second)> Scan(double[] values, int hold, int cooldown, double enter, double exit)
    {
        var told = new List<(AlertState, int)>();
        for (var at = 0; at < values.Length; at++)
        {
            if (values[at] < enter)
            {
                continue;
            }

            var end = at;
            while (end < values.Length && values[end] >= exit)
            {
                end++;
            }

            // The condition holds from at to end - 1: it fires if some second of it is hold seconds or more after at.
            var fires = end - 1 - at >= hold;
            if (fires)
            {
                told.Add((AlertState.Firing, at + hold));
                if (end < values.Length)
                {
                    told.Add((AlertState.Resolved, end));
                }
            }

            at = fires ? Math.Max(end, end + cooldown - 1) : end;
        }

        return told;
    }
}
