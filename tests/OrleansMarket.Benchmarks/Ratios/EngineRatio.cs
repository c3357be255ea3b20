using System.Diagnostics;
using System.Globalization;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Benchmarks.Ratios;

/// <summary>One engine with all analytics and the shipped rules, fed from memory on one core.</summary>
internal static class EngineRatio
{
    private const double Target = 3e6;

    public static IEnumerable<RatioLine> Measure(int trades)
    {
        var prints = GeneratedDump.Trades().Take(trades).ToArray();
        var runs = Enumerable.Range(0, 3).Select(_ => Run(prints, DefaultAlertRules.All)).ToList();
        var best = runs.Max(run => run.TradesPerSecond);
        yield return new("engine, all analytics and rules, one core", RatioReport.Millions(best), "≥ 3 M/s", best >= Target);

        var (_, bytes, _) = Run(prints, []);
        yield return new("engine, all analytics: bytes allocated in all its steady state", bytes.ToString("N0", CultureInfo.InvariantCulture), "0", bytes == 0);
        var (_, withRules, transitions) = runs[0];
        yield return new(
            $"with the rules: bytes allocated for {transitions:N0} alert transitions in {prints.Length - SteadyAfter(prints.Length):N0} trades",
            withRules.ToString("N0", CultureInfo.InvariantCulture));
    }

    /// <summary>The first two thirds, more than a day of tape, bring the code and every window of 24 h to their steady state.</summary>
    private static int SteadyAfter(int trades) => trades / 3 * 2;

    private static (double TradesPerSecond, long Bytes, long Transitions) Run(Print[] prints, IReadOnlyList<AlertRule> rules)
    {
        var observer = new SilentObserver();
        var engine = new SymbolEngine(GeneratedDump.Spec, new EngineOptions(), observer);
        engine.SetRules(rules);
        var steady = SteadyAfter(prints.Length);
        Feed(engine, prints.AsSpan(0, steady));
        var transitions = observer.Alerts;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        Feed(engine, prints.AsSpan(steady));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return ((prints.Length - steady) / seconds, GC.GetAllocatedBytesForCurrentThread() - allocated, observer.Alerts - transitions);
    }

    private static void Feed(SymbolEngine engine, ReadOnlySpan<Print> prints)
    {
        var nextTick = 0L;
        foreach (ref readonly var print in prints)
        {
            if (print.TradeTimeMicros >= nextTick)
            {
                engine.Tick(print.TradeTimeMicros, PipelineReading.Unknown);
                nextTick = print.TradeTimeMicros + Micros.PerSecond;
            }

            engine.Apply(in print);
        }
    }
}
