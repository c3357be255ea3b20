using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>The log of one symbol: prints that wait in memory for their block, and the files of the hours. Callers hold <see cref="Gate"/>.</summary>
internal sealed class SymbolTrades(Symbol symbol, string directory)
{
    private readonly List<ReceivedPrint> _buffer = [];
    private readonly SortedDictionary<long, HourFile> _files = [];
    private StoredScale _scale;
    private int _journaled;

    /// <summary>Gets what callers lock.</summary>
    public Lock Gate { get; } = new();

    public Symbol Symbol => symbol;

    /// <summary>Gets or sets whether the symbol is in the queue of those with prints for the journal.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Gets the oldest journal file that holds prints of the buffer; <see cref="long.MaxValue"/> when none does.</summary>
    public long OldestJournal { get; private set; } = long.MaxValue;

    public int Buffered => _buffer.Count;

    public IReadOnlyCollection<HourFile> Files => _files.Values;

    public StoredScale Scale => _scale;

    public void AddFile(HourFile file) => _files.Add(file.Hour, file);

    public bool RemoveFile(HourFile file) => _files.Remove(file.Hour);

    /// <summary>Adds prints to the buffer. The caller makes sure that the scale is that of the buffer.</summary>
    public void Add(StoredScale scale, ReadOnlySpan<ReceivedPrint> prints)
    {
        _scale = scale;
        _buffer.AddRange(prints);
    }

    /// <summary>Hands what the journal has not seen to it.</summary>
    public void WriteToJournal(TradeJournal journal)
    {
        if (_journaled < _buffer.Count)
        {
            var prints = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_buffer)[_journaled..];
            OldestJournal = Math.Min(OldestJournal, journal.Append(symbol, _scale, prints));
            _journaled = _buffer.Count;
        }
    }

    /// <summary>Takes prints that the journal has already, and that no file holds yet.</summary>
    public void Restore(StoredScale scale, IEnumerable<ReceivedPrint> prints, long journal)
    {
        _scale = scale;
        _buffer.AddRange(prints);
        _journaled = _buffer.Count;
        OldestJournal = Math.Min(OldestJournal, journal);
    }

    /// <summary>Takes prints out of the buffer that a file holds already.</summary>
    public void RemoveKnown(StorageInstruments instruments)
    {
        var header = PrintBlockHeader.Of(_scale, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_buffer));
        var known = new List<ReceivedPrint>();
        foreach (var block in FindBlocks(new PrintFilter(header.Ids, header.FirstMicros, header.LastMicros + 1), instruments))
        {
            HourFile.ReadBlock(block, block.Header.Scale.SpecOf(symbol), known, instruments);
        }

        var ids = known.Select(received => new IdRange(received.Print.FirstId, received.Print.LastId)).ToHashSet();
        _buffer.RemoveAll(received => ids.Contains(new IdRange(received.Print.FirstId, received.Print.LastId)));
        _journaled = _buffer.Count;
    }

    /// <summary>Writes the buffer to the files of its hours and empties it; answers the files written and the bytes.</summary>
    public long Spill(ICollection<HourFile> written, StorageInstruments instruments)
    {
        if (_buffer.Count == 0)
        {
            return 0;
        }

        Directory.CreateDirectory(directory);
        long bytes = 0;
        foreach (var hour in _buffer.GroupBy(received => Micros.Floor(received.Print.TradeTimeMicros, Micros.PerHour)))
        {
            if (!_files.TryGetValue(hour.Key, out var file))
            {
                file = new HourFile(Path.Combine(directory, HourFile.NameOf(hour.Key)), hour.Key, 0, readOnly: false);
                _files.Add(hour.Key, file);
            }

            var prints = hour.ToArray();
            // Order by id packs best and lets a reader stop early.
            Array.Sort(prints, static (left, right) => left.Print.FirstId.CompareTo(right.Print.FirstId));
            bytes += file.Append(_scale, prints, instruments);
            written.Add(file);
        }

        _buffer.Clear();
        _journaled = 0;
        OldestJournal = long.MaxValue;
        return bytes;
    }

    /// <summary>The blocks that may hold what is asked for, lowest id first.</summary>
    public List<HourFile.Block> FindBlocks(in PrintFilter filter, StorageInstruments instruments)
    {
        var found = new List<HourFile.Block>();
        foreach (var file in _files.Values)
        {
            if (filter.MayTouch(file.Hour))
            {
                foreach (var block in file.Load(instruments))
                {
                    if (filter.MayTouch(block.Header))
                    {
                        found.Add(block);
                    }
                }
            }
        }

        found.Sort(static (left, right) => left.Header.Ids.First.CompareTo(right.Header.Ids.First));
        return found;
    }

    /// <summary>The buffered prints that are asked for, in the scale of the specification.</summary>
    public List<ReceivedPrint> FindBuffered(in PrintFilter filter, SymbolSpec spec)
    {
        var found = new List<ReceivedPrint>();
        foreach (var received in _buffer)
        {
            if (filter.Takes(received.Print))
            {
                found.Add(Rescale(received, _scale, spec));
            }
        }

        return found;
    }

    /// <summary>A print in another scale.</summary>
    public static ReceivedPrint Rescale(in ReceivedPrint received, StoredScale scale, SymbolSpec spec)
    {
        if (scale == StoredScale.Of(spec))
        {
            return received;
        }

        var print = received.Print;
        return received with
        {
            Print = new Print(
                print.FirstId, print.LastId, print.TradeTimeMicros, scale.Price(print.Price, spec), scale.Quantity(print.Quantity, spec),
                scale.Quote(print.QuoteAmount, spec), print.Taker, print.QuoteIsApproximate),
        };
    }
}
