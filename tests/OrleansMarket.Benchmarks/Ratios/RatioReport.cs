using System.Diagnostics;
using System.Globalization;

namespace OrleansMarket.Benchmarks.Ratios;

/// <summary>Measures what the product promises, everything in one run on one machine, and prints it as a table.</summary>
internal static class RatioReport
{
    private const int DefaultTrades = 5_000_000;

    /// <summary>Runs the measurements. Arguments: the number of trades, and names of measurements to limit the run to.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var trades = args.Length > 0 && int.TryParse(args[0], CultureInfo.InvariantCulture, out var given) ? given : DefaultTrades;
        var only = args.Where(arg => !int.TryParse(arg, CultureInfo.InvariantCulture, out _)).ToHashSet(StringComparer.Ordinal);
        bool Wanted(string name) => only.Count == 0 || only.Contains(name);

        var dump = GeneratedDump.Write(Path.Combine(Path.GetTempPath(), "orleansmarket-benchmarks"), trades);
        var lines = new List<RatioLine>();
        if (Wanted("engine"))
        {
            lines.AddRange(EngineRatio.Measure(Math.Min(trades, 3_000_000)));
        }

        if (Wanted("parser"))
        {
            lines.AddRange(FrameParserRatio.Measure());
        }

        if (Wanted("replay"))
        {
            lines.Add(await ReplayRatio.MeasureReplayAsync(dump));
        }

        if (Wanted("candles"))
        {
            lines.AddRange(await ReplayRatio.MeasureCandlesAsync(dump));
        }

        if (Wanted("memory"))
        {
            lines.AddRange(MemoryRatio.Measure());
        }

        if (Wanted("prices"))
        {
            lines.AddRange(await PriceRatio.MeasureAsync());
        }

        var table = new RatioTable($"{trades:N0} generated trades", lines);
        Console.Write(table.ToString());
        if (only.Count == 0)
        {
            table.Keep("ratios.md");
        }

        return table.IsMet ? 0 : 1;
    }

    /// <summary>The best of several runs, seconds: noise only ever adds.</summary>
    public static double Best(int runs, Action work)
    {
        var best = double.MaxValue;
        for (var run = 0; run < runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    /// <summary>A rate in millions.</summary>
    public static string Millions(double perSecond) => string.Create(CultureInfo.InvariantCulture, $"{perSecond / 1e6:0.00} M/s");
}
