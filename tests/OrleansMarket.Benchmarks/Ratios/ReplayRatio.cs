using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Replay;

namespace OrleansMarket.Benchmarks.Ratios;

/// <summary>The replay of a dump on two cores, and candles alone against DuckDB on the same file.</summary>
internal static class ReplayRatio
{
    private const int Runs = 3;
    private const double Target = 3e6;

    private static readonly Symbol Pair = new("BTCUSDT");

    public static async Task<RatioLine> MeasureReplayAsync(string dump)
    {
        var (speed, _) = await BestAsync(dump, new ReplayOptions { Rules = DefaultAlertRules.All });
        return new("replay of a dump, all analytics and rules, two cores", RatioReport.Millions(speed), "≥ 3 M/s", speed >= Target);
    }

    public static async Task<IEnumerable<RatioLine>> MeasureCandlesAsync(string dump)
    {
        var (ours, run) = await BestAsync(dump, new ReplayOptions { CandlesOnly = true });
        var lines = new List<RatioLine> { new("replay of a dump, candles alone, two cores", RatioReport.Millions(ours)) };
        if (DuckDb(dump) is not { } duck)
        {
            lines.Add(new("DuckDB on the same file", "not installed (npm i --prefix .tools/duckdb @duckdb/node-api)"));
            return lines;
        }

        CheckSame(run, duck);
        var theirs = duck.Trades / duck.Seconds;
        lines.Add(new($"DuckDB {duck.Version}, same file and candles, two threads, DOUBLE columns", RatioReport.Millions(theirs)));
        lines.Add(new("candles alone against DuckDB", string.Create(CultureInfo.InvariantCulture, $"{ours / theirs:0.0} ×"), "> 1 ×", ours > theirs));
        return lines;
    }

    private static async Task<(double Speed, ReplayRun Run)> BestAsync(string dump, ReplayOptions options)
    {
        var best = 0.0;
        ReplayRun run;
        var runs = 0;
        do
        {
            run = new ReplayRun(options);
            var summary = await ReplaySession.PlayAsync(
                TapeFile.OpenAll([dump], Pair), TapeSymbols.Any(), run, ReplaySpeed.Max, null, TimeProvider.System, CancellationToken.None);
            best = Math.Max(best, summary.TradesPerSecond);
        }
        while (++runs < Runs);
        return (best, run);
    }

    /// <summary>Two answers to one question: the fast one counts only when they agree, as far as DOUBLE columns can tell.</summary>
    private static void CheckSame(ReplayRun run, DuckAnswer duck)
    {
        var candles = run.Series.Single(series => series.Interval == CandleInterval.OneMinute).Read(partial: true).Where(candle => candle.TradeCount > 0).ToList();
        var volume = candles.Sum(candle => (double)candle.Volume) / 1e8;
        var highs = candles.Sum(candle => (double)candle.High) / 1e8;
        if (candles.Count != (long)duck.Candles || candles.Sum(candle => candle.TradeCount) != (long)duck.Trades
            || Math.Abs(volume - duck.Volume) > 1e-9 * volume || Math.Abs(highs - duck.Highs) > 1e-9 * highs)
        {
            throw new InvalidOperationException($"expected the candles of DuckDB ({duck}), found {candles.Count} candles, volume {volume}, highs {highs}");
        }
    }

    private static DuckAnswer? DuckDb(string dump)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, ".tools", "duckdb", "node_modules")))
        {
            folder = folder.Parent;
        }

        if (folder is null)
        {
            return null;
        }

        var start = new ProcessStartInfo("node", [Path.Combine(folder.FullName, "tests", "OrleansMarket.Benchmarks", "duckdb", "candles.mjs"), dump, $"{Runs}"])
        {
            RedirectStandardOutput = true,
            Environment = { ["DUCKDB_MODULES"] = Path.Combine(folder.FullName, ".tools", "duckdb") },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<DuckAnswer>(output, JsonSerializerOptions.Web)
            : throw new InvalidOperationException($"the DuckDB script ended with {process.ExitCode}: {output}");
    }

    private sealed record DuckAnswer(string Version, double Seconds, double Candles, double Trades, double Volume, double Highs);
}
