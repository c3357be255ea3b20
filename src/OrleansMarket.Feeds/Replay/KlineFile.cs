using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Replay;

/// <summary>Reads a klines dump whole: the exchange's own candles, to compare ours with.</summary>
public static class KlineFile
{
    /// <summary>Reads every kline, in the order of the file.</summary>
    /// <param name="file">A file of the kind <see cref="TapeFormat.Klines"/>.</param>
    /// <param name="spec">The scale.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TapeException">The file holds something else, or a row is bad: a reference with holes proves nothing.</exception>
    public static IReadOnlyList<Candle> Read(TapeFile file, SymbolSpec spec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Format != TapeFormat.Klines)
        {
            throw new TapeException(file.Path, null, "expected a klines dump, found trades", "give the trades first and the klines second");
        }

        using var lines = new TapeLines(TapeContent.Open(file.Path), file.Path);
        var candles = new List<Candle>();
        var interval = file.Interval!.Value;
        while (lines.Advance())
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (HasLine(lines))
            {
                var line = lines.TakeLine();
                if (line.IsEmpty || (file.HasHeader && lines.Line == 1))
                {
                    continue;
                }

                var row = new DumpRow(line);
                if (!KlineColumns.TryRead(ref row, spec, interval, out var candle))
                {
                    throw new TapeException(file.Path, lines.Line, row.Error!, "download it again");
                }

                if (candle.OpenTimeMicros != interval.OpenOf(candle.OpenTimeMicros) || KlineColumns.IntervalOf(ref row) != interval)
                {
                    throw new TapeException(file.Path, lines.Line, $"expected a window of {interval} from a full {interval}", "give klines of one interval");
                }

                candles.Add(candle);
            }
        }

        return candles;
    }

    private static unsafe bool HasLine(TapeLines lines) => lines.Position < lines.End;
}
