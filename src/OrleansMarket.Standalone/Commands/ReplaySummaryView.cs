using System.Globalization;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Replay;

namespace OrleansMarket.Standalone.Commands;

/// <summary>The closing summary of a replay, for people.</summary>
internal static class ReplaySummaryView
{
    private const int FirstLetters = 3;

    /// <summary>Writes the summary.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="summary">What came of the replay.</param>
    /// <param name="run">The run, for the first dead letters.</param>
    /// <param name="partialIncluded">Whether candles with missing trades were put out too.</param>
    /// <param name="candlesOnly">Whether nothing but candles was worked out.</param>
    public static void Write(TextWriter writer, ReplaySummary summary, ReplayRun run, bool partialIncluded, bool candlesOnly)
    {
        var (first, last) = summary.TimesMicros;
        Line(writer, "symbols", string.Join(", ", summary.Symbols));
        Line(writer, "time", $"{Instant(first)} to {Instant(last)} UTC");
        Line(writer, "trades", Number(summary.Trades));
        Line(writer, "duplicates", Number(summary.Duplicates));
        Line(writer, "gaps", summary.Gaps == 0 ? "0" : $"{Number(summary.Gaps)} ({Number(summary.MissingIds)} trades still missing)");
        Line(writer, "dead letters", summary.DeadLetterCount == 0
            ? "0"
            : $"{Number(summary.DeadLetterCount)} ({string.Join(", ", summary.DeadLetters.OrderByDescending(pair => pair.Value).Select(pair => $"{WireName.Of(pair.Key)} {Number(pair.Value)}"))})");
        if (summary.OtherFrames > 0)
        {
            Line(writer, "other frames", Number(summary.OtherFrames));
        }

        Line(writer, "candles", summary.PartialCandles == 0
            ? Number(summary.Candles)
            : $"{Number(summary.Candles)} whole, {Number(summary.PartialCandles)} with missing trades ({(partialIncluded ? "included" : "left out; --partial includes them")})");
        if (!candlesOnly)
        {
            Line(writer, "whales", Number(summary.Whales));
            Line(writer, "alerts", Number(summary.Alerts));
        }

        Line(writer, "speed", string.Create(CultureInfo.InvariantCulture, $"{summary.TradesPerSecond:N0} trades/s ({summary.Elapsed.TotalSeconds:N2} s)"));
        foreach (var letter in run.FirstDeadLetters.Take(FirstLetters))
        {
            writer.WriteLine($"refused: {letter.Source}: {letter.Error}");
        }
    }

    private static void Line(TextWriter writer, string name, string value) => writer.WriteLine($"{name,-13} {value}");

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Instant(long micros) => Micros.ToInstant(micros).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
