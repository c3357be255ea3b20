using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>
/// The raw trades under <c>trades/</c> in the data directory: packed blocks in one file per symbol and hour of trade time, and before them a
/// journal shared by all symbols, which is what a flush writes. Only the journal is kept open. Reading and appending may run side by side.
/// </summary>
public sealed partial class FileTradeLog : ITradeLog, IAsyncDisposable
{
    /// <summary>The directory inside the data directory.</summary>
    public const string DirectoryName = "trades";

    private const int MaxPendingBytes = 16 * 1_024 * 1_024;
    private const int ClosedBeforeSpill = 2;
    private const int ClosedBeforeWait = 8;

    private readonly string _directory;
    private readonly TradeLogOptions _options;
    private readonly StorageInstruments _instruments;
    private readonly TimeProvider _clock;
    private readonly ILogger<FileTradeLog> _logger;
    private readonly DataDirectoryLock? _directoryLock;
    private readonly TradeJournal? _journal;
    private readonly JournalIndex? _foreignJournal;
    private readonly ConcurrentDictionary<Symbol, SymbolTrades> _symbols = [];
    private readonly ConcurrentQueue<SymbolTrades> _unjournaled = [];
    private readonly SemaphoreSlim _flushing = new(1);
    private readonly Lock _dirtyGate = new();
    private HashSet<HourFile> _dirty = [];
    private Task _spilling = Task.CompletedTask;
    private long _buffered;
    private long _newestMicros = long.MinValue;
    private long _fileBytes;
    private int _disposed;

    private FileTradeLog(
        string directory, TradeLogOptions options, DataDirectoryLock? directoryLock, StorageInstruments instruments, TimeProvider clock, ILogger<FileTradeLog> logger)
    {
        _directory = directory;
        _options = options;
        _directoryLock = directoryLock;
        _instruments = instruments;
        _clock = clock;
        _logger = logger;
        FindFiles();
        if (directoryLock is not null)
        {
            var journals = TradeJournal.Find(directory);
            _journal = new TradeJournal(directory, journals.Count > 0 ? journals[^1].Number + 1 : 1, options.JournalBytes, instruments);
            Recover(journals);
        }
        else
        {
            _foreignJournal = new JournalIndex(directory, instruments);
        }
    }

    /// <summary>Gets the symbols of which trades are kept, by name.</summary>
    public IReadOnlyList<Symbol> Symbols => [.. _symbols.Keys.OrderBy(symbol => symbol.Value, StringComparer.Ordinal)];

    /// <summary>Gets the bytes of the files of the hours; the journal comes on top.</summary>
    public long FileBytes => Interlocked.Read(ref _fileBytes);

    /// <summary>Gets how many prints wait in memory for their block. They are in the journal after a flush.</summary>
    public long Buffered => Interlocked.Read(ref _buffered);

    /// <summary>Opens the log for appending and reading, and finishes what an earlier process left in the journal.</summary>
    /// <exception cref="StorageException">Another process has the log, or it cannot be written.</exception>
    public static FileTradeLog Open(
        IOptions<StorageOptions> storage, IOptions<TradeLogOptions> options, StorageInstruments instruments, TimeProvider clock, ILogger<FileTradeLog> logger)
    {
        var directory = DirectoryOf(storage.Value);
        var directoryLock = DataDirectoryLock.Acquire(directory);
        try
        {
            return new FileTradeLog(directory, options.Value, directoryLock, instruments, clock, logger);
        }
        catch (Exception e)
        {
            directoryLock.Dispose();
            if (StorageErrors.Translate(e, directory) is StorageException translated && !ReferenceEquals(translated, e))
            {
                throw translated;
            }

            throw;
        }
    }

    /// <summary>Opens the log for reading only, beside a process that may be writing it.</summary>
    /// <exception cref="StorageException">There is none.</exception>
    public static FileTradeLog OpenReadOnly(
        IOptions<StorageOptions> storage, IOptions<TradeLogOptions> options, StorageInstruments instruments, TimeProvider clock, ILogger<FileTradeLog> logger)
    {
        var directory = DirectoryOf(storage.Value);
        return System.IO.Directory.Exists(directory)
            ? new FileTradeLog(directory, options.Value, null, instruments, clock, logger)
            : throw new StorageException(StorageProblem.Missing, $"expected raw trades in '{directory}', found none: name the data directory of 'serve' with --data");
    }

    /// <inheritdoc/>
    public ValueTask AppendAsync(SymbolSpec spec, ReadOnlyMemory<ReceivedPrint> prints, CancellationToken cancellationToken)
    {
        var journal = WritableJournal();
        if (prints.IsEmpty)
        {
            return ValueTask.CompletedTask;
        }

        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            Append(journal, spec, prints.Span);
            if (Interlocked.Read(ref _buffered) > _options.BufferedPrints)
            {
                SpillLargest();
            }

            if (journal.PendingBytes > MaxPendingBytes)
            {
                journal.Write();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageErrors.Translate(e, _directory);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var journal = WritableJournal();
        await _flushing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var started = _clock.GetTimestamp();
            await Task.Run(() => WriteJournal(journal), cancellationToken).ConfigureAwait(false);
            _instruments.OnTradeLogFlushed(_clock.GetElapsedTime(started));
            if (journal.ClosedCount > ClosedBeforeSpill && _spilling.IsCompleted)
            {
                _spilling = Task.Run(() => SpillOldestJournals(journal), CancellationToken.None);
            }

            if (journal.ClosedCount > ClosedBeforeWait)
            {
                // The disk does not keep up; the journal must not grow without bound.
                await _spilling.ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageErrors.Translate(e, _directory);
        }
        finally
        {
            _flushing.Release();
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ReceivedPrint>> ReadByIdAsync(SymbolSpec spec, IdRange ids, int limit, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<ReceivedPrint>>(() => Read(spec, PrintFilter.ById(ids), limit, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ReceivedPrint>> ReadByTimeAsync(
        SymbolSpec spec, long fromMicros, long toMicros, int limit, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<ReceivedPrint>>(() => Read(spec, PrintFilter.ByTime(fromMicros, toMicros), limit, cancellationToken), cancellationToken);

    /// <summary>The first and last hour of trade time of which something is kept of a symbol, µs, end exclusive; <see langword="null"/> when nothing is.</summary>
    public (long FromMicros, long ToMicros)? ExtentOf(Symbol symbol)
    {
        if (!_symbols.TryGetValue(symbol, out var trades))
        {
            return null;
        }

        lock (trades.Gate)
        {
            var hours = trades.Files.Select(file => file.Hour).ToList();
            foreach (var received in trades.FindBuffered(PrintFilter.ByTime(long.MinValue, long.MaxValue), trades.Scale.SpecOf(symbol)))
            {
                hours.Add(Micros.Floor(received.Print.TradeTimeMicros, Micros.PerHour));
            }

            return hours.Count > 0 ? (hours.Min(), hours.Max() + Micros.PerHour) : null;
        }
    }

    /// <summary>Removes the files beyond the bounds on age and bytes; answers how many.</summary>
    public int EnforceRetention()
    {
        WritableJournal();
        var now = Math.Min(Micros.From(_clock.GetUtcNow()), Interlocked.Read(ref _newestMicros));
        var files = new List<(SymbolTrades Trades, HourFile File)>();
        foreach (var trades in _symbols.Values)
        {
            lock (trades.Gate)
            {
                files.AddRange(trades.Files.Select(file => (trades, file)));
            }
        }

        var total = files.Sum(entry => entry.File.Length);
        var removed = 0;
        var removedBytes = 0L;
        var oldest = Micros.From(_options.Retention);
        foreach (var (trades, file) in files.OrderBy(entry => entry.File.Hour))
        {
            if (file.Hour + Micros.PerHour + oldest > now && total <= _options.MaxBytes)
            {
                break;
            }

            lock (trades.Gate)
            {
                trades.RemoveFile(file);
                File.Delete(file.Path);
            }

            total -= file.Length;
            removed++;
            removedBytes += file.Length;
        }

        Interlocked.Exchange(ref _fileBytes, total);
        if (removed > 0)
        {
            _instruments.OnTradeLogFilesDropped(removed);
            LogDropped(_logger, removed, removedBytes);
        }

        return removed;
    }

    /// <summary>Flushes. What waits for its block stays in the journal, where the next start finds it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (_journal is not null)
        {
            await _flushing.WaitAsync().ConfigureAwait(false);
            try
            {
                await _spilling.ConfigureAwait(false);
                WriteJournal(_journal);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogFlushFailed(_logger, e, StorageErrors.Translate(e, _directory).Message);
            }
            finally
            {
                _flushing.Release();
            }

            _journal.Dispose();
        }

        _directoryLock?.Dispose();
        _flushing.Dispose();
    }

    private static string DirectoryOf(StorageOptions storage) => Path.Combine(Path.GetFullPath(storage.DataDirectory), DirectoryName);

    private TradeJournal WritableJournal()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _journal ?? throw new InvalidOperationException("expected a log opened for writing, found one opened for reading");
    }

    private SymbolTrades TradesOf(Symbol symbol) => _symbols.GetOrAdd(
        symbol, static (symbol, directory) => new SymbolTrades(symbol, Path.Combine(directory, symbol.Value)), _directory);

    private void Append(TradeJournal journal, SymbolSpec spec, ReadOnlySpan<ReceivedPrint> prints)
    {
        var trades = TradesOf(spec.Symbol);
        var scale = StoredScale.Of(spec);
        lock (trades.Gate)
        {
            while (!prints.IsEmpty)
            {
                if (trades.Buffered >= _options.BlockPrints || (trades.Buffered > 0 && trades.Scale != scale))
                {
                    Spill(trades);
                }

                var part = prints[..Math.Min(prints.Length, _options.BlockPrints - trades.Buffered)];
                trades.Add(scale, part);
                Interlocked.Add(ref _buffered, part.Length);
                foreach (ref readonly var received in part)
                {
                    if (received.Print.TradeTimeMicros > _newestMicros)
                    {
                        InterlockedMax(ref _newestMicros, received.Print.TradeTimeMicros);
                    }
                }

                prints = prints[part.Length..];
            }

            if (!trades.IsQueued)
            {
                trades.IsQueued = true;
                _unjournaled.Enqueue(trades);
            }
        }
    }

    /// <summary>Writes a symbol's buffer to its files. The caller holds the symbol's gate.</summary>
    private void Spill(SymbolTrades trades)
    {
        // The journal first: until the files are flushed it is the journal that makes a flush true.
        if (_journal is not null)
        {
            trades.WriteToJournal(_journal);
        }

        var count = trades.Buffered;
        var written = new List<HourFile>();
        try
        {
            var bytes = trades.Spill(written, _instruments);
            Interlocked.Add(ref _fileBytes, bytes);
            _instruments.OnTradeLogWritten(bytes);
        }
        finally
        {
            Interlocked.Add(ref _buffered, trades.Buffered - count);
            lock (_dirtyGate)
            {
                _dirty.UnionWith(written);
            }
        }
    }

    private void SpillLargest()
    {
        var average = Math.Max(1, Interlocked.Read(ref _buffered) / Math.Max(1, _symbols.Count));
        foreach (var trades in _symbols.Values)
        {
            lock (trades.Gate)
            {
                if (trades.Buffered >= average)
                {
                    Spill(trades);
                }
            }
        }
    }

    private void WriteJournal(TradeJournal journal)
    {
        while (_unjournaled.TryDequeue(out var trades))
        {
            lock (trades.Gate)
            {
                trades.IsQueued = false;
                trades.WriteToJournal(journal);
            }
        }

        journal.WriteAndSync();
    }

    private void SpillOldestJournals(TradeJournal journal)
    {
        try
        {
            while (journal.ClosedCount > ClosedBeforeSpill / 2 && journal.OldestClosed is { } oldest)
            {
                SpillJournal(oldest);
                journal.Remove(oldest);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing is lost: the journal stays, and a later flush tries again.
            LogSpillFailed(_logger, e, StorageErrors.Translate(e, _directory).Message);
        }
    }

    /// <summary>Brings everything that a journal file holds to the disk as blocks.</summary>
    private void SpillJournal(long number)
    {
        foreach (var trades in _symbols.Values)
        {
            lock (trades.Gate)
            {
                if (trades.OldestJournal <= number)
                {
                    Spill(trades);
                }
            }
        }

        HashSet<HourFile> dirty;
        lock (_dirtyGate)
        {
            (dirty, _dirty) = (_dirty, []);
        }

        try
        {
            foreach (var file in dirty)
            {
                file.Flush();
            }
        }
        catch
        {
            lock (_dirtyGate)
            {
                _dirty.UnionWith(dirty);
            }

            throw;
        }
    }

    private List<ReceivedPrint> Read(SymbolSpec spec, PrintFilter filter, int limit, CancellationToken cancellationToken)
    {
        if (limit <= 0 || filter.FromMicros >= filter.ToMicros)
        {
            return [];
        }

        var prints = new List<ReceivedPrint>();
        List<HourFile.Block> blocks;
        if (_journal is null)
        {
            // Beside a writer: first the journal, then the files, because trades move from there to here.
            _foreignJournal!.Read(spec, filter, prints);
            var trades = new SymbolTrades(spec.Symbol, Path.Combine(_directory, spec.Symbol.Value));
            FindFiles(trades, readOnly: true);
            blocks = trades.FindBlocks(filter, _instruments);
        }
        else if (_symbols.TryGetValue(spec.Symbol, out var trades))
        {
            lock (trades.Gate)
            {
                blocks = trades.FindBlocks(filter, _instruments);
                prints.AddRange(trades.FindBuffered(filter, spec));
            }
        }
        else
        {
            return [];
        }

        PrintDeduplicator.SortAndDeduplicate(prints);
        for (var i = 0; i < blocks.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Blocks come by their lowest id: once enough prints end before the next block begins, no later one can add to the answer.
            if (prints.Count >= limit && prints[limit - 1].Print.LastId < blocks[i].Header.Ids.First)
            {
                break;
            }

            var start = prints.Count;
            HourFile.ReadBlock(blocks[i], spec, prints, _instruments);
            filter.RemoveUnwanted(prints, start);
            if (i + 1 == blocks.Count || prints.Count >= limit)
            {
                PrintDeduplicator.SortAndDeduplicate(prints);
            }
        }

        if (prints.Count > limit)
        {
            prints.RemoveRange(limit, prints.Count - limit);
        }

        return prints;
    }

    private void FindFiles()
    {
        if (!System.IO.Directory.Exists(_directory))
        {
            return;
        }

        foreach (var path in System.IO.Directory.EnumerateDirectories(_directory))
        {
            if (Symbol.IsPlausible(Path.GetFileName(path)))
            {
                var symbol = new Symbol(Path.GetFileName(path));
                var trades = TradesOf(symbol);
                FindFiles(trades, readOnly: _directoryLock is null);
                foreach (var file in trades.Files)
                {
                    _fileBytes += file.Length;
                    _newestMicros = Math.Max(_newestMicros, file.Hour + Micros.PerHour);
                }
            }
        }
    }

    private void FindFiles(SymbolTrades trades, bool readOnly)
    {
        var directory = new DirectoryInfo(Path.Combine(_directory, trades.Symbol.Value));
        if (directory.Exists)
        {
            foreach (var file in directory.EnumerateFiles("*" + HourFile.Extension))
            {
                if (HourFile.HourOf(file.Name) is { } hour)
                {
                    trades.AddFile(new HourFile(file.FullName, hour, file.Length, readOnly));
                }
            }
        }
    }

    /// <summary>Moves what an earlier process left in the journal to the files. What is in them already is not written again.</summary>
    private void Recover(List<(long Number, string Path)> journals)
    {
        foreach (var (number, path) in journals)
        {
            var recovered = 0L;
            foreach (var record in JournalReader.Read(path, 0, _instruments).Records)
            {
                var trades = TradesOf(record.Symbol);
                var spec = record.Header.Scale.SpecOf(record.Symbol);
                var prints = new List<ReceivedPrint>();
                record.ReadPrints(spec, prints);
                lock (trades.Gate)
                {
                    if (trades.Buffered >= _options.BlockPrints || (trades.Buffered > 0 && trades.Scale != record.Header.Scale))
                    {
                        SpillRecovered(trades);
                    }

                    trades.Restore(record.Header.Scale, prints, number);
                    Interlocked.Add(ref _buffered, prints.Count);
                }

                InterlockedMax(ref _newestMicros, record.Header.LastMicros);
                recovered += prints.Count;
            }

            foreach (var trades in _symbols.Values)
            {
                lock (trades.Gate)
                {
                    SpillRecovered(trades);
                }
            }

            SpillJournal(number);
            File.Delete(path);
            if (recovered > 0)
            {
                LogRecovered(_logger, recovered, number);
            }
        }
    }

    private void SpillRecovered(SymbolTrades trades)
    {
        if (trades.Buffered == 0)
        {
            return;
        }

        var before = trades.Buffered;
        trades.RemoveKnown(_instruments);
        Interlocked.Add(ref _buffered, trades.Buffered - before);
        Spill(trades);
    }

    private static void InterlockedMax(ref long target, long value)
    {
        var seen = Interlocked.Read(ref target);
        while (value > seen)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
