using System.Buffers;
using Microsoft.Win32.SafeHandles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>
/// The file of one symbol and hour of trade time. Opened for each use and closed again, so that thousands of them need no handles; its index is
/// read when it is first needed. Not safe for concurrent use, except for <see cref="ReadBlock"/>.
/// </summary>
internal sealed class HourFile(string path, long hour, long knownLength, bool readOnly)
{
    /// <summary>The ending of the files' names.</summary>
    public const string Extension = ".tlog";

    private List<Block>? _blocks;

    /// <summary>A block and where it stands.</summary>
    public readonly record struct Block(HourFile File, long Offset, int Length, PrintBlockHeader Header);

    public string Path => path;

    /// <summary>Gets the hour's start, µs.</summary>
    public long Hour => hour;

    /// <summary>Gets the file's length in bytes.</summary>
    public long Length { get; private set; } = knownLength;

    /// <summary>The name of the file of an hour: 2026-11-21T03.tlog.</summary>
    public static string NameOf(long hour) =>
        Micros.ToInstant(hour).ToString("yyyy-MM-dd'T'HH", System.Globalization.CultureInfo.InvariantCulture) + Extension;

    /// <summary>The hour in a file's name, or <see langword="null"/> when it is not one of ours.</summary>
    public static long? HourOf(string fileName) =>
        fileName.EndsWith(Extension, StringComparison.Ordinal)
        && DateTimeOffset.TryParseExact(
            fileName[..^Extension.Length], "yyyy-MM-dd'T'HH", System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AssumeUniversal, out var hour)
            ? Micros.From(hour)
            : null;

    /// <summary>The blocks, in the order in which they were written. The first call reads them and cuts off a torn end.</summary>
    public List<Block> Load(StorageInstruments instruments)
    {
        if (_blocks is not null)
        {
            return _blocks;
        }

        var blocks = new List<Block>();
        using var file = OpenIfThere();
        if (file is null)
        {
            Length = 0;
            return readOnly ? blocks : _blocks = blocks;
        }

        var scan = LogFileScanner.Scan(file, path);
        var head = new byte[PrintBlockHeader.MaxLength];
        foreach (var (offset, length) in scan.Frames)
        {
            var reader = new VarintReader(head.AsSpan(0, RandomAccess.Read(file, head.AsSpan(0, Math.Min(length, head.Length)), offset)));
            try
            {
                blocks.Add(new Block(this, offset, length, PrintBlockHeader.Read(ref reader)));
            }
            catch (Exception e) when (e is InvalidDataException or StorageException)
            {
                instruments.OnTradeLogDamage();
            }
        }

        for (var i = 0; i < scan.Damaged; i++)
        {
            instruments.OnTradeLogDamage();
        }

        if (!readOnly && scan.GoodLength < RandomAccess.GetLength(file))
        {
            RandomAccess.SetLength(file, scan.GoodLength);
        }

        Length = scan.GoodLength;
        // A reader beside the writer looks again each time.
        return readOnly ? blocks : _blocks = blocks;
    }

    private SafeFileHandle? OpenIfThere()
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return File.OpenHandle(path, FileMode.Open, readOnly ? FileAccess.Read : FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            // The retention was faster.
            return null;
        }
    }

    /// <summary>Appends prints of this hour as one block; answers the bytes written.</summary>
    public long Append(StoredScale scale, ReadOnlySpan<ReceivedPrint> prints, StorageInstruments instruments)
    {
        var blocks = Load(instruments);
        var header = PrintBlockHeader.Of(scale, prints);
        var buffer = new ArrayBufferWriter<byte>((prints.Length * 12) + 512);
        var writer = new VarintWriter(buffer);
        if (Length == 0)
        {
            writer.Bytes(LogFrame.FileHeader);
        }

        var start = buffer.WrittenCount;
        writer.Bytes(stackalloc byte[LogFrame.Overhead]);
        header.Write(writer, symbol: null);
        PrintBlock.Write(writer, header, prints, pack: true);
        var bytes = new byte[buffer.WrittenCount];
        buffer.WrittenSpan.CopyTo(bytes);
        LogFrame.Close(bytes.AsSpan(start));

        using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.Write(file, bytes, Length);
        blocks.Add(new Block(this, Length + start + LogFrame.Overhead, bytes.Length - start - LogFrame.Overhead, header));
        Length += bytes.Length;
        return bytes.Length;
    }

    /// <summary>Waits until everything appended is on the disk.</summary>
    public void Flush()
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // The retention was faster.
        }
    }

    /// <summary>Reads the prints of a block in the scale of the specification. What is damaged or gone is left out and counted.</summary>
    public static void ReadBlock(in Block block, SymbolSpec spec, List<ReceivedPrint> into, StorageInstruments instruments)
    {
        var start = into.Count;
        try
        {
            using var file = File.OpenHandle(block.File.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (LogFileScanner.ReadContent(file, block.Offset, block.Length) is { } content)
            {
                var reader = new VarintReader(content);
                var header = PrintBlockHeader.Read(ref reader);
                PrintBlock.Read(reader, header, spec, into);
                return;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // The retention was faster.
            return;
        }
        catch (InvalidDataException)
        {
            into.RemoveRange(start, into.Count - start);
        }

        instruments.OnTradeLogDamage();
    }
}
