using System.Text;
using System.Text.Json;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Feeds.Replay;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Standalone.Commands;

/// <summary>Writes candles to standard output or to files. A file appears whole or not at all.</summary>
internal static class CandleOutput
{
    public const string StandardOutput = "-";

    private const string SymbolMark = "{symbol}";
    private const string IntervalMark = "{interval}";

    /// <summary>Writes every series.</summary>
    /// <param name="output">The streams.</param>
    /// <param name="target"><c>-</c>, or a file whose name may hold {symbol} and {interval}.</param>
    /// <param name="json">JSON rather than CSV.</param>
    /// <param name="partial">Whether candles with missing trades are written too.</param>
    /// <param name="series">The candles.</param>
    /// <exception cref="CommandException">CSV rows of several symbols would end up in one file.</exception>
    public static void Write(CommandOutput output, string target, bool json, bool partial, IReadOnlyList<CandleSeries> series)
    {
        var files = series.GroupBy(each => target
            .Replace(SymbolMark, each.Spec.Symbol.Value, StringComparison.Ordinal)
            .Replace(IntervalMark, each.Interval.Name, StringComparison.Ordinal)).ToList();
        foreach (var file in files)
        {
            var symbols = file.Select(each => each.Spec.Symbol.Value).Distinct().ToList();
            if (!json && symbols.Count > 1)
            {
                throw new CommandException(
                    $"--output: kline rows carry no symbol, and there are {symbols.Count} ({string.Join(", ", symbols)}); put {SymbolMark} into the name, choose one with --symbol, or use --format json");
            }
        }

        foreach (var file in files)
        {
            if (file.Key == StandardOutput)
            {
                WriteSeries(output.Results, json, partial, file);
                output.Results.Flush();
            }
            else
            {
                WriteFile(file.Key, writer => WriteSeries(writer, json, partial, file));
            }
        }
    }

    /// <summary>Writes a file beside its place and moves it there when it is whole and on disk.</summary>
    /// <exception cref="CommandException">The file cannot be written.</exception>
    internal static void WriteFile(string path, Action<TextWriter> write)
    {
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full)!;
        var unfinished = Path.Combine(folder, $".{Path.GetFileName(full)}.{Environment.ProcessId}.tmp");
        try
        {
            Directory.CreateDirectory(folder);
            using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                using (var writer = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true))
                {
                    write(writer);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, full, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--output: expected to write '{path}', found: {exception.Message.TrimEnd('.')}; choose a file in a folder that can be written and has room");
        }
        finally
        {
            if (File.Exists(unfinished))
            {
                File.Delete(unfinished);
            }
        }
    }

    private static void WriteSeries(TextWriter writer, bool json, bool partial, IEnumerable<CandleSeries> all)
    {
        if (!json)
        {
            foreach (var series in all)
            {
                foreach (var candle in series.Read(partial))
                {
                    KlineText.WriteCsv(writer, series.Spec, in candle, series.IsMicroseconds);
                }
            }

            return;
        }

        var separator = "[\n";
        foreach (var series in all)
        {
            foreach (var candle in series.Read(partial))
            {
                writer.Write(separator);
                writer.Write(Json(series, in candle));
                separator = ",\n";
            }
        }

        writer.Write(separator == "[\n" ? "[]\n" : "\n]\n");
    }

    private static string Json(CandleSeries series, in Candle candle)
    {
        var spec = series.Spec;
        return JsonSerializer.Serialize(new CandleRow(
            spec.Symbol.Value,
            series.Interval.Name,
            KlineText.OpenTime(in candle, series.IsMicroseconds),
            KlineText.Number(candle.Open, spec.PriceDecimals),
            KlineText.Number(candle.High, spec.PriceDecimals),
            KlineText.Number(candle.Low, spec.PriceDecimals),
            KlineText.Number(candle.Close, spec.PriceDecimals),
            KlineText.Number(candle.Volume, spec.QuantityDecimals),
            KlineText.CloseTime(in candle, series.IsMicroseconds),
            KlineText.Number(candle.QuoteVolume, spec.QuoteDecimals),
            candle.TradeCount,
            KlineText.Number(candle.TakerBuyVolume, spec.QuantityDecimals),
            KlineText.Number(candle.TakerBuyQuoteVolume, spec.QuoteDecimals),
            candle.FirstId < 0 ? null : candle.FirstId,
            candle.LastId < 0 ? null : candle.LastId,
            candle.MissingIds,
            WireName.Of(candle.Status),
            Flags(candle.Flags)), JsonSerializerOptions.Web);
    }

    private static List<string> Flags(CandleFlags flags)
    {
        var names = new List<string>();
        foreach (var flag in Enum.GetValues<CandleFlags>())
        {
            if (flag != CandleFlags.None && flags.HasFlag(flag))
            {
                names.Add(WireName.Of(flag));
            }
        }

        return names;
    }

    private sealed record CandleRow(
        string Symbol, string Interval, long OpenTime, string Open, string High, string Low, string Close, string Volume, long CloseTime, string QuoteVolume,
        long Trades, string TakerBuyVolume, string TakerBuyQuoteVolume, long? FirstId, long? LastId, long MissingIds, string Status, IReadOnlyList<string> Flags);
}
