using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>
/// The database file <c>market.db</c> of a data directory: one writer behind a bounded queue, several readers beside it. Everything that waits
/// in the queue shares one transaction (group commit), each write whole or not at all; a write's task completes when its commit is durable.
/// </summary>
public sealed partial class MarketDatabase : IAsyncDisposable
{
    /// <summary>The file's name inside the data directory.</summary>
    public const string FileName = "market.db";

    private const int MaxGroup = 512;

    private readonly StorageInstruments _instruments;
    private readonly TimeProvider _clock;
    private readonly ILogger<MarketDatabase> _logger;
    private readonly DataDirectoryLock? _directoryLock;
    private readonly DatabaseSession? _writer;
    private readonly Task _writing;
    private readonly Channel<WriteItem> _queue;
    private readonly SemaphoreSlim _readSlots;
    private readonly ConcurrentBag<DatabaseSession> _readers = [];
    private readonly Func<DatabaseSession> _openReader;
    private volatile string? _trouble;
    private int _disposed;

    private MarketDatabase(
        string path, DataDirectoryLock? directoryLock, DatabaseSession? writer, StorageOptions options, Func<DatabaseSession> openReader,
        StorageInstruments instruments, TimeProvider clock, ILogger<MarketDatabase> logger)
    {
        Path = path;
        _directoryLock = directoryLock;
        _writer = writer;
        _openReader = openReader;
        _instruments = instruments;
        _clock = clock;
        _logger = logger;
        _readSlots = new SemaphoreSlim(options.Readers);
        // Sums must not lose rows, so a full queue makes the callers wait.
        _queue = Channel.CreateBounded<WriteItem>(new BoundedChannelOptions(options.WriteQueueCapacity)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
        });
        _writing = writer is null ? Task.CompletedTask : Task.Run(RunWriterAsync);
    }

    /// <summary>Gets the database file.</summary>
    public string Path { get; }

    /// <summary>Gets what is wrong with writing, for people, or <see langword="null"/> when the last write went well.</summary>
    public string? Trouble => _trouble;

    internal TimeProvider Clock => _clock;

    internal StorageInstruments Instruments => _instruments;

    /// <summary>Takes the data directory, opens or creates the database and brings its schema up to date.</summary>
    /// <exception cref="StorageException">The directory is in use or not writable, or the file is damaged, newer or not ours.</exception>
    public static MarketDatabase Open(
        IOptions<StorageOptions> options, StorageInstruments instruments, TimeProvider clock, ILogger<MarketDatabase> logger)
    {
        var settings = options.Value;
        var directory = System.IO.Path.GetFullPath(settings.DataDirectory);
        var path = System.IO.Path.Combine(directory, FileName);
        var directoryLock = DataDirectoryLock.Acquire(directory);
        DatabaseSession? writer = null;
        try
        {
            writer = new DatabaseSession(DatabaseConnections.OpenWriter(path, settings.Durability));
            var (found, now) = SchemaMigrator.Migrate(writer, path, Schema.Migrations);
            if (found != now)
            {
                LogMigrated(logger, path, found, now);
            }

            LogOpened(logger, path, settings.Durability);
            return new MarketDatabase(
                path, directoryLock, writer, settings, () => new DatabaseSession(DatabaseConnections.OpenReader(path)), instruments, clock, logger);
        }
        catch (Exception e)
        {
            writer?.Dispose();
            directoryLock.Dispose();
            if (StorageErrors.Translate(e, path) is StorageException translated && !ReferenceEquals(translated, e))
            {
                throw translated;
            }

            throw;
        }
    }

    /// <summary>Opens the database of a data directory for reading only, beside a process that may be writing it.</summary>
    /// <exception cref="StorageException">There is none, or it is damaged, newer, older or not ours.</exception>
    public static MarketDatabase OpenReadOnly(
        IOptions<StorageOptions> options, StorageInstruments instruments, TimeProvider clock, ILogger<MarketDatabase> logger)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetFullPath(options.Value.DataDirectory), FileName);
        if (!File.Exists(path))
        {
            throw new StorageException(StorageProblem.Missing, $"expected a database at '{path}', found none: name the data directory of 'serve' with --data");
        }

        var database = new MarketDatabase(
            path, null, null, options.Value, () => new DatabaseSession(DatabaseConnections.OpenReader(path)), instruments, clock, logger);
        try
        {
            using var session = new DatabaseSession(DatabaseConnections.OpenReader(path));
            SchemaMigrator.Check(session, path, Schema.Migrations.Count);
            return database;
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            throw StorageErrors.Translate(e, path);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _queue.Writer.Complete();
        await _writing.ConfigureAwait(false);
        foreach (var reader in _readers)
        {
            reader.Dispose();
        }

        if (_writer is not null)
        {
            try
            {
                _writer.Scalar("PRAGMA wal_checkpoint(TRUNCATE)");
            }
            catch (SqliteException e)
            {
                // The log file then stays as it is and is read at the next start.
                LogCheckpointFailed(_logger, e, Path);
            }

            _writer.Dispose();
        }

        _directoryLock?.Dispose();
    }

    /// <summary>Runs a write inside a transaction; the task completes when it is durable, and fails when it is certainly not.</summary>
    internal async Task<T> WriteAsync<T>(Func<DatabaseSession, T> work, CancellationToken cancellationToken)
    {
        if (_writer is null)
        {
            throw new InvalidOperationException("expected a database opened for writing, found one opened for reading");
        }

        var item = new WriteItem<T>(work, cancellationToken);
        try
        {
            await _queue.Writer.WriteAsync(item, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(MarketDatabase));
        }

        return await item.Task.ConfigureAwait(false);
    }

    /// <summary>Runs a write without a result.</summary>
    internal Task WriteAsync(Action<DatabaseSession> work, CancellationToken cancellationToken) => WriteAsync(
        session =>
        {
            work(session);
            return true;
        },
        cancellationToken);

    /// <summary>Runs a read on a connection of its own. It sees every write whose task had completed.</summary>
    internal async Task<T> ReadAsync<T>(Func<DatabaseSession, T> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        await _readSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Read(work), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _readSlots.Release();
        }
    }

    private T Read<T>(Func<DatabaseSession, T> work)
    {
        if (!_readers.TryTake(out var session))
        {
            try
            {
                session = _openReader();
            }
            catch (SqliteException e)
            {
                throw StorageErrors.Translate(e, Path);
            }
        }

        try
        {
            var result = work(session);
            // Rows that a reader sees are committed.
            session.Committed();
            _readers.Add(session);
            return result;
        }
        catch (SqliteException e)
        {
            session.Dispose();
            throw StorageErrors.Translate(e, Path);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private async Task RunWriterAsync()
    {
        var group = new List<WriteItem>(MaxGroup);
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            group.Clear();
            while (group.Count < MaxGroup && _queue.Reader.TryRead(out var item))
            {
                if (!item.SkipWhenCancelled())
                {
                    group.Add(item);
                }
            }

            if (group.Count > 0)
            {
                CommitGroup(group);
            }
        }
    }

    private void CommitGroup(List<WriteItem> group)
    {
        var session = _writer!;
        var started = _clock.GetTimestamp();
        try
        {
            session.Execute("BEGIN IMMEDIATE");
            foreach (var item in group)
            {
                Run(session, item);
            }

            session.Execute("COMMIT");
            session.Committed();
        }
        catch (Exception e)
        {
            RollBack(session);
            var translated = StorageErrors.Translate(e, Path);
            if (_trouble != translated.Message)
            {
                LogWriteFailed(_logger, e, Path, translated.Message);
            }

            _trouble = translated.Message;
            _instruments.OnFailed();
            foreach (var item in group)
            {
                item.Fail(translated);
            }

            return;
        }

        if (_trouble is not null)
        {
            _trouble = null;
            LogWriteRecovered(_logger, Path);
        }

        _instruments.OnCommitted(group.Count, _clock.GetElapsedTime(started));
        foreach (var item in group)
        {
            item.Complete();
        }
    }

    /// <summary>Runs one write; what only it did wrong is undone and told to its caller alone.</summary>
    private void Run(DatabaseSession session, WriteItem item)
    {
        session.Execute("SAVEPOINT one");
        try
        {
            item.Run(session);
        }
        catch (Exception e) when (!StorageErrors.EndsTransaction(e))
        {
            session.Execute("ROLLBACK TO one");
            session.RolledBack();
            item.Fail(StorageErrors.Translate(e, Path));
        }

        session.Execute("RELEASE one");
    }

    private static void RollBack(DatabaseSession session)
    {
        session.RolledBack();
        // SQLite rolls back by itself on a full disk and on damage.
        if (SQLitePCL.raw.sqlite3_get_autocommit(session.Connection.Handle) == 0)
        {
            session.Execute("ROLLBACK");
        }
    }

    private abstract class WriteItem(CancellationToken cancellationToken)
    {
        protected CancellationToken CancellationToken => cancellationToken;

        public abstract void Run(DatabaseSession session);

        public abstract void Complete();

        public abstract void Fail(Exception exception);

        public abstract bool SkipWhenCancelled();
    }

    private sealed class WriteItem<T>(Func<DatabaseSession, T> work, CancellationToken cancellationToken) : WriteItem(cancellationToken)
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Task => _done.Task;

        public override void Run(DatabaseSession session) => _result = work(session);

        public override void Complete() => _done.TrySetResult(_result);

        public override void Fail(Exception exception) => _done.TrySetException(exception);

        public override bool SkipWhenCancelled() => CancellationToken.IsCancellationRequested && _done.TrySetCanceled(CancellationToken);
    }
}
