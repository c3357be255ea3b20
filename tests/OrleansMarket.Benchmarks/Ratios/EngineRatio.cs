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
        var best = 0.0;
        var bytes = 0.0;
        for (var run = 0; run < 3; run++)
        {
            var engine = new SymbolEngine(GeneratedDump.Spec, new EngineOptions(), new SilentObserver());
            engine.SetRules(DefaultAlertRules.All);

            // The first third brings the code and the buffers to their steady state.
            var warm = prints.Length / 3;
            Feed(engine, prints.AsSpan(0, warm));
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            Feed(engine, prints.AsSpan(warm));
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)(prints.Length - warm);
            best = Math.Max(best, (prints.Length - warm) / seconds);
        }

        yield return new("engine, all analytics and rules, one core", RatioReport.Millions(best), "≥ 3 M/s", best >= Target);
        yield return new("engine, bytes allocated per trade", bytes.ToString("0.00", CultureInfo.InvariantCulture), "0", bytes < 0.5);
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
