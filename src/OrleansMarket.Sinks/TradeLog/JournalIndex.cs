using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>Where which trades stand in the journal of another process; each look goes on where the last one ended. Safe for use by several callers.</summary>
internal sealed class JournalIndex(string directory, StorageInstruments instruments)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, (long End, List<Entry> Entries)> _files = [];

    /// <summary>A record and where it stands.</summary>
    private readonly record struct Entry(string Path, long Offset, int Length, Symbol Symbol, PrintBlockHeader Header);

    /// <summary>Adds the prints of a symbol that the filter wants.</summary>
    public void Read(SymbolSpec spec, PrintFilter filter, List<ReceivedPrint> into)
    {
        foreach (var entry in Find(spec.Symbol, filter))
        {
            var start = into.Count;
            try
            {
                using var file = JournalReader.Open(entry.Path);
                if (JournalReader.ReadRecord(LogFileScanner.ReadContent(file, entry.Offset, entry.Length)) is { } record)
                {
                    record.ReadPrints(spec, into);
                    filter.RemoveUnwanted(into, start);
                }
            }
            catch (FileNotFoundException)
            {
                // Its trades are in the files of their hours by now, which are read after this.
            }
        }
    }

    /// <summary>The symbols with trades in the journal.</summary>
    public List<Symbol> FindSymbols()
    {
        lock (_gate)
        {
            Refresh();
            return [.. _files.Values.SelectMany(file => file.Entries).Select(entry => entry.Symbol).Distinct()];
        }
    }

    private List<Entry> Find(Symbol symbol, PrintFilter filter)
    {
        lock (_gate)
        {
            Refresh();
            return [.. _files.Values.SelectMany(file => file.Entries).Where(entry => entry.Symbol == symbol && filter.MayTouch(entry.Header))];
        }
    }

    private void Refresh()
    {
        var found = TradeJournal.Find(directory);
        foreach (var gone in _files.Keys.Except(found.Select(file => file.Number)).ToList())
        {
            _files.Remove(gone);
        }

        var head = new byte[PrintBlockHeader.MaxLength];
        foreach (var (number, path) in found)
        {
            var (end, entries) = _files.GetValueOrDefault(number, (0, []));
            try
            {
                using var file = JournalReader.Open(path);
                var scan = LogFileScanner.Scan(file, path, end);
                foreach (var (offset, length) in scan.Frames)
                {
                    var reader = new VarintReader(head.AsSpan(0, RandomAccess.Read(file, head.AsSpan(0, Math.Min(length, head.Length)), offset)));
                    try
                    {
                        var header = PrintBlockHeader.Read(ref reader);
                        entries.Add(new Entry(path, offset, length, PrintBlockHeader.ReadSymbol(ref reader), header));
                    }
                    catch (Exception e) when (e is InvalidDataException or StorageException)
                    {
                        instruments.OnTradeLogDamage();
                    }
                }

                _files[number] = (scan.GoodLength, entries);
            }
            catch (FileNotFoundException)
            {
                _files.Remove(number);
            }
        }
    }
}
