using System.Buffers;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>
/// What makes appended trades durable at once: one file for all symbols, so that a flush waits for one disk write however many symbols traded.
/// A file is removed once its trades are in the files of their hours.
/// </summary>
internal sealed class TradeJournal : IDisposable
{
    /// <summary>The ending of the files' names, which are numbers that rise.</summary>
    public const string Extension = ".journal";

    private readonly string _directory;
    private readonly int _segmentBytes;
    private readonly StorageInstruments _instruments;
    private readonly Lock _gate = new();
    private readonly Lock _writing = new();
    private readonly List<long> _closed = [];
    private ArrayBufferWriter<byte> _pending = new();
    private ArrayBufferWriter<byte> _inFlight = new();
    private SafeFileHandle _file;
    private long _length;
    private bool _unsynced;

    /// <param name="directory">Where the files are.</param>
    /// <param name="first">The number of the first file to write.</param>
    /// <param name="segmentBytes">The size at which a new one begins.</param>
    /// <param name="instruments">Counts what is written.</param>
    public TradeJournal(string directory, long first, int segmentBytes, StorageInstruments instruments)
    {
        _directory = directory;
        _segmentBytes = segmentBytes;
        _instruments = instruments;
        Current = first;
        _file = Create(first);
    }

    /// <summary>Gets the number of the file that is being written.</summary>
    public long Current { get; private set; }

    /// <summary>Gets the bytes that wait to be written.</summary>
    public int PendingBytes
    {
        get
        {
            lock (_gate)
            {
                return _pending.WrittenCount;
            }
        }
    }

    /// <summary>Gets how many finished files wait for their trades to reach the files of their hours.</summary>
    public int ClosedCount
    {
        get
        {
            lock (_gate)
            {
                return _closed.Count;
            }
        }
    }

    /// <summary>Gets the oldest finished file, or <see langword="null"/>.</summary>
    public long? OldestClosed
    {
        get
        {
            lock (_gate)
            {
                return _closed.Count > 0 ? _closed[0] : null;
            }
        }
    }

    /// <summary>The journal files of a directory by number, oldest first.</summary>
    public static List<(long Number, string Path)> Find(string directory)
    {
        var files = new List<(long, string)>();
        if (Directory.Exists(directory))
        {
            foreach (var path in Directory.EnumerateFiles(directory, "*" + Extension))
            {
                if (long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    files.Add((number, path));
                }
            }
        }

        files.Sort();
        return files;
    }

    /// <summary>Adds prints of a symbol; answers the number of a file that is not newer than the one they will be written to.</summary>
    public long Append(Symbol symbol, StoredScale scale, ReadOnlySpan<ReceivedPrint> prints)
    {
        lock (_gate)
        {
            var start = _pending.WrittenCount;
            var writer = new VarintWriter(_pending);
            writer.Bytes(stackalloc byte[LogFrame.Overhead]);
            var header = PrintBlockHeader.Of(scale, prints);
            header.Write(writer, symbol);
            PrintBlock.Write(writer, header, prints, pack: false);
            LogFrame.Close(System.Runtime.InteropServices.MemoryMarshal.AsMemory(_pending.WrittenMemory).Span[start..]);
            return Current;
        }
    }

    /// <summary>Writes what is pending. After a failure nothing is lost: the next call writes it again.</summary>
    public void Write()
    {
        lock (_writing)
        {
            WritePending();
        }
    }

    /// <summary>Writes what is pending and waits until it is on the disk.</summary>
    public void WriteAndSync()
    {
        lock (_writing)
        {
            WritePending();
            if (_unsynced)
            {
                RandomAccess.FlushToDisk(_file);
                _unsynced = false;
            }

            if (_length >= _segmentBytes)
            {
                Rotate();
            }
        }
    }

    /// <summary>Removes the oldest finished file.</summary>
    public void Remove(long number)
    {
        File.Delete(PathOf(number));
        lock (_gate)
        {
            _closed.Remove(number);
        }
    }

    public void Dispose() => _file.Dispose();

    private void WritePending()
    {
        if (_inFlight.WrittenCount == 0)
        {
            lock (_gate)
            {
                (_pending, _inFlight) = (_inFlight, _pending);
            }
        }

        while (_inFlight.WrittenCount > 0)
        {
            RandomAccess.Write(_file, _inFlight.WrittenSpan, _length);
            _length += _inFlight.WrittenCount;
            _unsynced = true;
            _instruments.OnTradeLogWritten(_inFlight.WrittenCount);
            _inFlight.ResetWrittenCount();
            lock (_gate)
            {
                (_pending, _inFlight) = (_inFlight, _pending);
            }
        }
    }

    private void Rotate()
    {
        var next = Create(Current + 1);
        _file.Dispose();
        _file = next;
        lock (_gate)
        {
            _closed.Add(Current);
            Current++;
        }
    }

    private SafeFileHandle Create(long number)
    {
        var file = File.OpenHandle(PathOf(number), FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.Write(file, LogFrame.FileHeader, 0);
        _length = LogFrame.FileHeaderLength;
        return file;
    }

    private string PathOf(long number) => Path.Combine(_directory, number.ToString("D12", CultureInfo.InvariantCulture) + Extension);
}
