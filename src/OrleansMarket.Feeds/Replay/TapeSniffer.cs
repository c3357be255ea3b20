using System.Buffers.Text;
using System.Text;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Replay;

/// <summary>Tells what a file is from its name and its first lines, and says so in words when they are nothing we read.</summary>
internal static class TapeSniffer
{
    private const int HeadBytes = 64 * 1024;
    private const string KindsRemedy = "give a capture of raw frames or a Binance dump (trades, aggTrades, klines) as .csv, .zip or .gz";

    public static TapeFile Look(string path, Symbol? symbol, Symbol? otherwise)
    {
        TapeContent.OpenFile(path).Dispose();
        TapeChecksum.Verify(path);
        using var content = TapeContent.Open(path);
        var buffer = new byte[HeadBytes];
        var head = ReadHead(content, path, buffer);
        if (head.StartsWith("\uFEFF"u8))
        {
            head = head[3..];
        }

        if (head.Trim(" \t\r\n"u8).IsEmpty)
        {
            throw new TapeException(path, null, "the file is empty", "download or record it again");
        }

        var name = TapeName.Parse(path);
        if (name.Format is null)
        {
            name = TapeName.Parse(content.Name);
        }

        var length = new FileInfo(path).Length;
        return LooksLikeFrames(head) ? Frames(path, symbol ?? otherwise, head, length) : Dump(path, symbol ?? name.Symbol ?? otherwise, name, head, length);
    }

    private static ReadOnlySpan<byte> ReadHead(TapeContent content, string path, byte[] buffer)
    {
        try
        {
            var filled = 0;
            int read;
            while (filled < buffer.Length && (read = content.Read(buffer.AsSpan(filled))) > 0)
            {
                filled += read;
            }

            return buffer.AsSpan(0, filled);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw TapeContent.Unreadable(path, null, e);
        }
    }

    private static bool LooksLikeFrames(ReadOnlySpan<byte> head)
    {
        var line = FirstLine(head, out _);
        var frame = FrameReader.Split(line, out _);
        return frame is [(byte)'{', ..];
    }

    private static TapeFile Frames(string path, Symbol? symbol, ReadOnlySpan<byte> head, long length)
    {
        FrameReader.Split(FirstLine(head, out _), out var received);
        var tradeTime = FindNumber(head, "\"T\":"u8);
        var time = tradeTime ?? FindNumber(head, "\"E\":"u8);
        return new TapeFile(path)
        {
            Format = TapeFormat.Frames,
            OnlySymbol = symbol,
            IsMicroseconds = time is { } epoch && Micros.FromEpoch(epoch) == epoch,
            FirstTimeMicros = time is { } first ? Micros.FromEpoch(first) : received,
            Length = length,
        };
    }

    private static TapeFile Dump(string path, Symbol? symbol, TapeName name, ReadOnlySpan<byte> head, long length)
    {
        if (head.Contains((byte)0))
        {
            throw new TapeException(path, 1, "expected text, found binary data", KindsRemedy);
        }

        var first = FirstLine(head, out var line);
        var hasHeader = char.IsAsciiLetter((char)first.TrimStart(" \""u8)[0]);
        var columns = new DumpRow(first).Columns;
        var rows = ReadRows(head, hasHeader ? line : 0);

        // A header of a dump has as many columns as its rows; anything else that begins with a letter is no dump.
        if (rows.Count == 0 && columns >= 6)
        {
            throw new TapeException(path, line, "found a header and no rows", "download it again");
        }

        if (rows.Format is not { } known || (hasHeader && columns < 6))
        {
            throw new TapeException(path, line,
                $"expected 7 (trades), 8 (aggTrades) or 12 (klines) columns, found {columns}: {DumpRow.Quote(first)}", KindsRemedy);
        }

        if (name.Format is { } named && named != known)
        {
            throw new TapeException(path, line, $"the name says {WireName(named)}, the columns say {WireName(known)}", "rename it, or give the right file");
        }

        return new TapeFile(path)
        {
            Format = known,
            Symbol = CheckSymbol(path, symbol, name.Symbol),
            Covers = name.Covers,
            Interval = known == TapeFormat.Klines ? CheckInterval(path, name.Interval, rows.Interval) : null,
            HasHeader = hasHeader,
            IsMicroseconds = rows.Time is { } t && Micros.FromEpoch(t) == t,
            FirstTimeMicros = rows.Time is { } start ? Micros.FromEpoch(start) : 0,
            QuantityDecimals = rows.QuantityDecimals,
            Length = length,
        };
    }

    /// <summary>What the whole rows of a dump's beginning say.</summary>
    /// <param name="head">The beginning.</param>
    /// <param name="header">The header's line, from 1; 0 without one.</param>
    private static DumpRows ReadRows(ReadOnlySpan<byte> head, int header)
    {
        var rows = default(DumpRows);
        var rest = head;
        for (var number = 1; TryTakeLine(ref rest, out var text); number++)
        {
            if (text.IsEmpty || number == header)
            {
                continue;
            }

            var row = new DumpRow(text);
            var kind = KindOf(ref row);
            rows = rows with { Count = rows.Count + 1, Format = rows.Format ?? kind };
            if (kind is null || kind != rows.Format)
            {
                continue;
            }

            if (rows.Time is null && Utf8Parser.TryParse(row[TimeColumn(kind.Value)], out long epoch, out _) && epoch is > 0 and < Micros.Latest)
            {
                rows = rows with { Time = epoch, Interval = kind == TapeFormat.Klines ? KlineColumns.IntervalOf(ref row) : null };
            }

            rows = rows with { QuantityDecimals = Math.Max(rows.QuantityDecimals, UsedDecimals(row[2])) };
        }

        return rows;
    }

    private static TapeFormat? KindOf(ref DumpRow row)
    {
        if (!IsWhole(row[0]))
        {
            return null;
        }

        return row.Columns switch
        {
            6 when IsFlag(row[5]) => TapeFormat.Trades,
            7 when IsFlag(row[5]) => TapeFormat.Trades,
            7 when IsFlag(row[6]) && IsWhole(row[3]) && IsWhole(row[4]) => TapeFormat.AggregateTrades,
            8 when IsFlag(row[6]) => TapeFormat.AggregateTrades,
            12 when IsWhole(row[6]) && IsWhole(row[8]) => TapeFormat.Klines,
            _ => null,
        };
    }

    private static int TimeColumn(TapeFormat format) => format switch
    {
        TapeFormat.Trades => 4,
        TapeFormat.AggregateTrades => 5,
        _ => 0,
    };

    private static string WireName(TapeFormat format) => format switch
    {
        TapeFormat.Trades => "trades",
        TapeFormat.AggregateTrades => "aggTrades",
        TapeFormat.Klines => "klines",
        _ => "frames",
    };

    private static Symbol CheckSymbol(string path, Symbol? symbol, Symbol? named)
    {
        if (symbol is not { } known)
        {
            throw new TapeException(path, null, "the name does not tell the symbol (as BTCUSDT-trades-2024-08-08.csv does)", "add --symbol, for example --symbol BTCUSDT");
        }

        return named is { } inName && inName != known
            ? throw new TapeException(path, null, $"the name says {inName}, --symbol says {known}", "give files of one symbol, or leave --symbol out")
            : known;
    }

    private static CandleInterval CheckInterval(string path, string? named, CandleInterval? found)
    {
        if (named is not null && !CandleInterval.TryParse(named, out _))
        {
            throw new TapeException(path, null, $"klines of {named} are not built here", $"give klines of one of {TapeName.KnownIntervals}");
        }

        if (found is not { } interval)
        {
            throw new TapeException(path, null, "open and close time of the first row span no known interval", $"give klines of one of {TapeName.KnownIntervals}");
        }

        return named is not null && named != interval.Name
            ? throw new TapeException(path, null, $"the name says klines of {named}, the rows say {interval}", "rename it, or give the right file")
            : interval;
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> head, out int number)
    {
        var rest = head;
        number = 1;
        ReadOnlySpan<byte> line;
        while (TryTakeLine(ref rest, out line) && line.IsEmpty)
        {
            number++;
        }

        return line;
    }

    private static bool TryTakeLine(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        var feed = rest.IndexOf((byte)'\n');
        line = (feed < 0 ? rest : rest[..feed]).Trim(" \t\r"u8);
        var some = !rest.IsEmpty;
        rest = feed < 0 ? [] : rest[(feed + 1)..];
        return some;
    }

    private static bool IsWhole(ReadOnlySpan<byte> field) => !field.IsEmpty && !field.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static bool IsFlag(ReadOnlySpan<byte> field) =>
        field.SequenceEqual("0"u8) || field.SequenceEqual("1"u8) || Ascii.EqualsIgnoreCase(field, "true"u8) || Ascii.EqualsIgnoreCase(field, "false"u8);

    private static int UsedDecimals(ReadOnlySpan<byte> field)
    {
        var point = field.IndexOf((byte)'.');
        return point < 0 ? 0 : field[(point + 1)..].TrimEnd((byte)'0').Length;
    }

    private static long? FindNumber(ReadOnlySpan<byte> head, ReadOnlySpan<byte> key)
    {
        var at = head.IndexOf(key);
        return at >= 0 && Utf8Parser.TryParse(head[(at + key.Length)..].TrimStart((byte)' '), out long value, out _) && value is > 0 and < Micros.Latest
            ? value
            : null;
    }

    /// <summary>What the rows of a dump say of it.</summary>
    /// <param name="Count">How many there are, readable or not.</param>
    /// <param name="Format">The format of the first that has one; the others count only where they have the same.</param>
    /// <param name="Time">The first time, as written.</param>
    /// <param name="Interval">The interval of that row's kline.</param>
    /// <param name="QuantityDecimals">The most decimals of a quantity.</param>
    private readonly record struct DumpRows(int Count, TapeFormat? Format, long? Time, CandleInterval? Interval, int QuantityDecimals);
}
