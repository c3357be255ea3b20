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

    /// <summary>Reads the whole records that begin at or after an offset.</summary>
    /// <param name="path">The file; one that is gone meanwhile has no records.</param>
    /// <param name="from">0, or the end that an earlier call answered.</param>
    /// <param name="instruments">Counts what is damaged.</param>
    /// <returns>The records, read one by one, and where the last whole one ends.</returns>
    public static (IEnumerable<Record> Records, long End) Read(string path, long from, StorageInstruments instruments)
    {
        LogFileScanner.Result scan;
        try
        {
            using var file = Open(path);
            scan = LogFileScanner.Scan(file, path, from);
        }
        catch (FileNotFoundException)
        {
            return ([], from);
        }

        for (var i = 0; i < scan.Damaged; i++)
        {
            instruments.OnTradeLogDamage();
        }

        return (ReadRecords(path, scan, instruments), scan.GoodLength);
    }

    private static IEnumerable<Record> ReadRecords(string path, LogFileScanner.Result scan, StorageInstruments instruments)
    {
        if (scan.Frames.Count == 0)
        {
            yield break;
        }

        using var file = Open(path);
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
    public static Microsoft.Win32.SafeHandles.SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
