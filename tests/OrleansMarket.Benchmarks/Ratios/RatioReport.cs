using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

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

        var report = Write(lines, trades);
        Console.Write(report);
        if (only.Count == 0 && RepositoryFolder() is { } folder)
        {
            var target = Path.Combine(folder, "tests", "OrleansMarket.Benchmarks", "results", CpuFolder());
            Directory.CreateDirectory(target);
            await File.WriteAllTextAsync(Path.Combine(target, "ratios.md"), report);
        }

        return lines.TrueForAll(line => line.Met != false) ? 0 : 1;
    }

    private static string Write(List<RatioLine> lines, int trades)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{CpuName()}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}; {trades:N0} generated trades");
        text.AppendLine();
        text.AppendLine("| what | measured | target | |");
        text.AppendLine("|---|---:|---:|---|");
        foreach (var line in lines)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {line.What} | {line.Measured} | {line.Target} | {line.Met switch { true => "met", false => "**missed**", _ => "" }} |");
        }

        return text.ToString();
    }

    private static string CpuName()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var name = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            : null;
        return name ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string CpuFolder() =>
        string.Join('-', CpuName().ToLowerInvariant().Split([' ', '(', ')', '@', '/'], StringSplitOptions.RemoveEmptyEntries));

    private static string? RepositoryFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OrleansMarket.sln")))
            {
                return folder.FullName;
            }
        }

        return null;
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

/// <summary>One row of the report.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Measured">The figure.</param>
/// <param name="Target">What is promised; empty when nothing is.</param>
/// <param name="Met">Whether the promise is kept.</param>
internal sealed record RatioLine(string What, string Measured, string Target = "", bool? Met = null);
