using System.Globalization;
using OrleansMarket.Benchmarks.Ratios;

namespace OrleansMarket.Cluster.Benchmarks;

/// <summary>The promises of one silo, each way of carrying trades beside the other.</summary>
internal static class SiloReport
{
    private const double Throughput = 700_000;
    private const double Ratio = 15;
    private const double LatencyMs = 50;
    private const int Busy = 50;
    private const int Many = 200;
    private const int Paced = 20_000;

    private static readonly (string, string) OneEvent = ("Ingress:BatchSize", "1");

    public static async Task<IReadOnlyList<RatioLine>> MeasureAsync(TimeSpan duration, string? redis, bool onlyBatches)
    {
        var lines = new List<RatioLine>();
        var batches = await MeasureAsync(Busy, null, null, duration);
        if (onlyBatches)
        {
            return [Rate("memory streams, batches", batches)];
        }

        var events = await MeasureAsync(Busy, null, null, duration, OneEvent);
        lines.AddRange(
        [
            Rate("memory streams, batches", batches, "≥ 700,000/s", batches.TradesPerSecond >= Throughput),
            Rate("memory streams, one event per trade", events),
            new("batches against one event per trade", Text($"{batches.TradesPerSecond / events.TradesPerSecond:0.0} ×"), "≥ 15 ×", batches.TradesPerSecond / events.TradesPerSecond >= Ratio),
        ]);
        var calm = await MeasureAsync(Many, Paced, null, duration);
        lines.Add(Rate($"memory streams at {Paced:N0} trades/s over {Many} symbols", calm));
        lines.Add(new("the same, receipt to new state", Latency(calm), "p99 ≤ 50 ms", calm.Latency.P99 <= LatencyMs));
        if (redis is null)
        {
            return lines;
        }

        lines.Add(Rate("Redis streams, batches", await MeasureAsync(Busy, null, redis, duration)));
        lines.Add(Rate("Redis streams, one event per trade", await MeasureAsync(Busy, null, redis, duration, OneEvent)));
        var shared = await MeasureAsync(Many, Paced, redis, duration);
        lines.Add(Rate($"Redis streams at {Paced:N0} trades/s over {Many} symbols", shared));
        lines.Add(new("the same, receipt to new state", Latency(shared), "p99 ≤ 50 ms", shared.Latency.P99 <= LatencyMs));
        return lines;
    }

    private static async Task<SiloFigures> MeasureAsync(int symbols, int? tradesPerSecond, string? redis, TimeSpan duration, params (string, string)[] settings)
    {
        await using var silo = await LoadedSilo.StartAsync(symbols, tradesPerSecond, redis, settings);
        return await silo.MeasureAsync(duration);
    }

    private static RatioLine Rate(string what, SiloFigures figures, string target = "", bool? met = null) => new(
        what,
        Text($"{figures.TradesPerSecond:N0}/s, {figures.BytesPerTrade:0.0} bytes and {figures.CpuMicros:0.00} µs of a core per trade, {figures.TradesPerBatch:0.#} trades per event"),
        target, met);

    private static string Latency(SiloFigures figures) => Text($"p50 {figures.Latency.P50:0.0} ms, p99 {figures.Latency.P99:0.0} ms");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
