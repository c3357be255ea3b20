using Microsoft.Win32.SafeHandles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>Reads journal files, also while they are being written.</summary>
internal static class JournalReader
{
    /// <summary>Prints of one symbol as they were appended.</summary>
    public sealed record Record(Symbol Symbol, PrintBlockHeader Header, ReadOnlyMemory<byte> Columns)
    {
        /// <summary>Reads the prints in the scale of the specification.</summary>
        public void ReadPrints(SymbolSpec spec, List<ReceivedPrint> into) => PrintBlock.Read(new VarintReader(Columns.Span), Header, spec, into);
    }

    /// <summary>Where the last whole record of a file ends now.</summary>
    public static long FindEnd(string path)
    {
        try
        {
            using var file = Open(path);
            return LogFileScanner.Scan(file, path, 0).GoodLength;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    /// <summary>Reads the whole records that begin at or after an offset.</summary>
    /// <param name="path">The file; one that is gone meanwhile has no records.</param>
    /// <param name="from">0, or the end that an earlier call answered.</param>
    /// <param name="instruments">Counts what is damaged.</param>
    /// <returns>The records, read one by one, also when the file is removed meanwhile; and where the last whole one ends.</returns>
    public static (IEnumerable<Record> Records, long End) Read(string path, long from, StorageInstruments instruments)
    {
        SafeFileHandle? file = null;
        try
        {
            file = Open(path);
            var scan = LogFileScanner.Scan(file, path, from);
            for (var i = 0; i < scan.Damaged; i++)
            {
                instruments.OnTradeLogDamage();
            }

            var records = scan.Frames.Count > 0 ? ReadRecords(file, scan, instruments) : [];
            file = scan.Frames.Count > 0 ? null : file;
            return (records, scan.GoodLength);
        }
        catch (FileNotFoundException)
        {
            return ([], from);
        }
        finally
        {
            file?.Dispose();
        }
    }

    // The file that was scanned, not one opened anew by its name: its writer may have retired it in between.
    private static IEnumerable<Record> ReadRecords(SafeFileHandle scanned, LogFileScanner.Result scan, StorageInstruments instruments)
    {
        using var file = scanned;
        foreach (var (offset, length) in scan.Frames)
        {
            if (ReadRecord(LogFileScanner.ReadContent(file, offset, length)) is { } record)
            {
                yield return record;
            }
            else
            {
                instruments.OnTradeLogDamage();
            }
        }
    }

    /// <summary>Reads a frame's content; <see langword="null"/> when it is damaged.</summary>
    public static Record? ReadRecord(byte[]? content)
    {
        if (content is null)
        {
            return null;
        }

        try
        {
            var reader = new VarintReader(content);
            var header = PrintBlockHeader.Read(ref reader);
            var symbol = PrintBlockHeader.ReadSymbol(ref reader);
            return new Record(symbol, header, content.AsMemory(reader.Position));
        }
        catch (Exception e) when (e is InvalidDataException or StorageException)
        {
            return null;
        }
    }

    /// <summary>Opens a journal file beside its writer.</summary>
    public static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
