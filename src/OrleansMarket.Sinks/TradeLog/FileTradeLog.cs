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
    public IReadOnlyList<Symbol> Symbols => [.. _symbols.Keys.Union(_foreignJournal?.FindSymbols() ?? []).OrderBy(symbol => symbol.Value, StringComparer.Ordinal)];

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
            Append(spec, prints.Span);
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

    private void Append(SymbolSpec spec, ReadOnlySpan<ReceivedPrint> prints)
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
