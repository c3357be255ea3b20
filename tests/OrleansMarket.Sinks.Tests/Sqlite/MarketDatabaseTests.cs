using System.Text;
using Microsoft.Data.Sqlite;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.TestKit;

namespace OrleansMarket.Sinks.Tests.Sqlite;

public sealed class MarketDatabaseTests : IDisposable
{
    private static readonly SymbolSpec Btc = new(new Symbol("BTCUSDT"), 2, 5);

    private readonly TemporaryFolder _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Open_RefusesADirectoryThatIsInUseAndSaysByWhom()
    {
        await using var first = TestDatabase.Open(_directory);

        var error = Assert.Throws<StorageException>(() => TestDatabase.Open(_directory));

        Assert.Equal(StorageProblem.InUse, error.Problem);
        Assert.Contains($"({Environment.ProcessId})", error.Message, StringComparison.Ordinal);
        Assert.Contains("--data", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_TakesTheDirectoryAgainAfterTheFirstLetGo()
    {
        var first = TestDatabase.Open(_directory);
        await first.DisposeAsync();

        await using var second = TestDatabase.Open(_directory);

        Assert.Equal(first.Path, second.Path);
    }

    [Fact]
    public void Open_RefusesAFileOfAnotherProgram()
    {
        Foreign("CREATE TABLE diary (line TEXT)");

        Assert.Equal(StorageProblem.NotOurs, Assert.Throws<StorageException>(() => TestDatabase.Open(_directory)).Problem);
    }

    [Fact]
    public async Task Open_RefusesANewerSchemaAndLeavesItAlone()
    {
        await TestDatabase.Open(_directory).DisposeAsync();
        Foreign("PRAGMA user_version = 99");

        var error = Assert.Throws<StorageException>(() => TestDatabase.Open(_directory));

        Assert.Equal(StorageProblem.NewerSchema, error.Problem);
        Assert.Contains("schema 99", error.Message, StringComparison.Ordinal);
        Assert.Equal(99L, Foreign("PRAGMA user_version"));
    }

    [Fact]
    public void Open_SaysThatAFileIsNoDatabase()
    {
        File.WriteAllText(_directory.File(MarketDatabase.FileName), string.Join('\n', Enumerable.Repeat("time,price,quantity", 500)));

        var error = Assert.Throws<StorageException>(() => TestDatabase.Open(_directory));

        Assert.Equal(StorageProblem.Damaged, error.Problem);
        Assert.Contains(MarketDatabase.FileName, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_SaysThatAPageIsDamaged()
    {
        await using (var database = TestDatabase.Open(_directory))
        {
            await new SqliteCandleStore(database).AppendAsync(Btc, [.. Enumerable.Range(0, 5_000).Select(SqliteCandleStoreTests.Candle)], default);
        }

        using (var file = File.OpenHandle(_directory.File(MarketDatabase.FileName), FileMode.Open, FileAccess.ReadWrite))
        {
            var noise = new byte[4_096];
            new Random(1).NextBytes(noise);
            for (var page = RandomAccess.GetLength(file) / 4_096 / 2; page < RandomAccess.GetLength(file) / 4_096; page++)
            {
                RandomAccess.Write(file, noise, page * 4_096);
            }
        }

        await using var damaged = TestDatabase.Open(_directory);
        var error = await Assert.ThrowsAsync<StorageException>(
            () => new SqliteCandleStore(damaged).ReadAsync(Btc, CandleInterval.OneMinute, 0, long.MaxValue, 5_000, default));
        Assert.Equal(StorageProblem.Damaged, error.Problem);
    }

    [Theory]
    [InlineData("file")] // a file stands where the directory should be
    [InlineData("file/below")]
    public void Open_SaysThatTheDirectoryCannotBeUsed(string name)
    {
        File.WriteAllText(_directory.File("file"), "");

        var error = Assert.Throws<StorageException>(() => TestDatabase.Open(_directory.File(name)));

        Assert.Equal(StorageProblem.NoAccess, error.Problem);
        Assert.Contains("--data", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_BringsAnOlderSchemaUpToDateAndKeepsItsRows()
    {
        using (var old = new DatabaseSession(DatabaseConnections.OpenWriter(_directory.File(MarketDatabase.FileName), StorageDurability.ProcessCrash)))
        {
            SchemaMigrator.Migrate(old, "old", [.. Schema.Migrations.Take(1)]);
            CandleTable.Write(old, Btc, [SqliteCandleStoreTests.Candle(1)]);
            Assert.Equal(0L, old.Scalar("SELECT COUNT(*) FROM sqlite_master WHERE name = 'alerts'"));
        }

        Assert.Throws<StorageException>(() => TestDatabase.OpenReadOnly(_directory.Path));
        await using var database = TestDatabase.Open(_directory);

        Assert.Equal([SqliteCandleStoreTests.Candle(1)], await new SqliteCandleStore(database).ReadAsync(Btc, CandleInterval.OneMinute, 0, long.MaxValue, 9, default));
        Assert.Empty(await new SqliteAlertStore(database).ReadWaitingAsync(default));
        Assert.Equal((long)Schema.Migrations.Count, await database.ReadAsync(session => session.Scalar("PRAGMA user_version"), default));
    }

    [Fact]
    public async Task Migrate_LeavesNothingOfAStepThatFails()
    {
        using var session = new DatabaseSession(DatabaseConnections.OpenWriter(_directory.File("m.db"), StorageDurability.ProcessCrash));

        Assert.Throws<SqliteException>(() => SchemaMigrator.Migrate(session, "m.db", ["CREATE TABLE a (x)", "CREATE TABLE b (x); CREATE TABLE a (x)"]));

        Assert.Equal(1L, session.Scalar("PRAGMA user_version"));
        Assert.Equal("a", session.Scalar("SELECT group_concat(name) FROM sqlite_master"));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task WriteAsync_FailsClearlyOnAFullDiskAndGoesOnWhenThereIsSpace()
    {
        await using var database = TestDatabase.Open(_directory);
        var store = new SqliteSettingsStore(database);
        await store.SetAsync("kept", "1", default);
        await database.WriteAsync(session => session.Scalar("PRAGMA max_page_count = 40"), default);

        var error = await Assert.ThrowsAsync<StorageException>(() => store.SetAsync("large", new string('x', 1_000_000), default));

        Assert.Equal(StorageProblem.DiskFull, error.Problem);
        Assert.Equal(error.Message, database.Trouble);
        Assert.Equal("1", await store.GetAsync("kept", default));

        await database.WriteAsync(session => session.Scalar("PRAGMA max_page_count = 1000000"), default);
        await store.SetAsync("large", new string('x', 1_000_000), default);
        Assert.Null(database.Trouble);
        Assert.NotNull(await store.GetAsync("large", default));
    }

    [Fact]
    public async Task WriteAsync_UndoesOnlyTheWriteThatFailed()
    {
        await using var database = TestDatabase.Open(_directory);
        using var gate = new ManualResetEventSlim();
        var blocker = database.WriteAsync(_ => gate.Wait(), default);
        var good = database.WriteAsync(session => session.Execute("INSERT INTO settings VALUES ('good', '1')"), default);
        var bad = database.WriteAsync(
            session =>
            {
                session.NumberOf(Btc.Symbol);
                session.Execute("INSERT INTO settings VALUES ('bad', '1')");
                throw new InvalidOperationException("no");
            },
            default);
        var candle = new SqliteCandleStore(database).AppendAsync(Btc, [SqliteCandleStoreTests.Candle(0)], default);
        gate.Set();

        await blocker;
        await good;
        await candle;
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        var settings = new SqliteSettingsStore(database);
        Assert.Equal("1", await settings.GetAsync("good", default));
        Assert.Null(await settings.GetAsync("bad", default));
        // The number given inside the undone write must not be taken for known.
        Assert.Single(await new SqliteCandleStore(database).ReadAsync(Btc, CandleInterval.OneMinute, 0, long.MaxValue, 9, default));
        Assert.Null(database.Trouble);
    }

    [Fact]
    public async Task WriteAsync_SkipsAWriteThatIsCancelledWhileItWaits()
    {
        await using var database = TestDatabase.Open(_directory);
        using var gate = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var blocker = database.WriteAsync(
            _ =>
            {
                started.SetResult();
                gate.Wait();
            },
            default);
        await started.Task;
        var waiting = new SqliteSettingsStore(database).SetAsync("late", "1", stop.Token);
        await stop.CancelAsync();
        gate.Set();

        await blocker;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Null(await new SqliteSettingsStore(database).GetAsync("late", default));
    }

    [Fact]
    public async Task DisposeAsync_FinishesWhatWaits()
    {
        var database = TestDatabase.Open(_directory);
        var settings = new SqliteSettingsStore(database);
        var writes = Enumerable.Range(0, 500).Select(i => settings.SetAsync($"k{i}", "v", default)).ToArray();

        await database.DisposeAsync();

        await Task.WhenAll(writes);
        Assert.Equal(500L, Foreign("SELECT COUNT(*) FROM settings"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => settings.SetAsync("x", "y", default));
    }

    [Fact]
    public async Task OpenReadOnly_ReadsBesideTheWriterAndCannotWrite()
    {
        await using var writer = TestDatabase.Open(_directory);
        await new SqliteSettingsStore(writer).SetAsync("a", "1", default);
        await using var reader = TestDatabase.OpenReadOnly(_directory.Path);
        var settings = new SqliteSettingsStore(reader);

        Assert.Equal("1", await settings.GetAsync("a", default));
        await new SqliteSettingsStore(writer).SetAsync("a", "2", default);
        Assert.Equal("2", await settings.GetAsync("a", default));
        await Assert.ThrowsAsync<InvalidOperationException>(() => settings.SetAsync("a", "3", default));
    }

    [Fact]
    public void OpenReadOnly_SaysThatThereIsNothing() =>
        Assert.Equal(StorageProblem.Missing, Assert.Throws<StorageException>(() => TestDatabase.OpenReadOnly(_directory.Path)).Problem);

    [Fact]
    public async Task AnyPrefixOfTheWriteAheadLog_HoldsWholeCommitsInOrder()
    {
        // What a kill leaves behind is the database file and a prefix of its log, down to a torn page.
        var database = TestDatabase.Open(_directory);
        var states = new SqliteEngineStateStore(database);
        await database.WriteAsync(session => session.Scalar("PRAGMA wal_autocheckpoint = 0"), default);
        for (var i = 1; i <= 30; i++)
        {
            await states.CommitAsync([Commit(i)], default);
        }

        var log = await ReadShared(_directory.File(MarketDatabase.FileName + "-wal"));
        var file = await ReadShared(_directory.File(MarketDatabase.FileName));
        await database.DisposeAsync();

        var last = 0;
        for (var cut = 0; cut < log.Length + 2_203; cut += 2_203)
        {
            var length = Math.Min(cut, log.Length);
            using var copy = new TemporaryFolder();
            await File.WriteAllBytesAsync(copy.File(MarketDatabase.FileName), file);
            await File.WriteAllBytesAsync(copy.File(MarketDatabase.FileName + "-wal"), log[..length]);
            await using var restored = TestDatabase.Open(copy);

            var state = await new SqliteEngineStateStore(restored).LoadAsync(Btc.Symbol, default);
            var count = state is null ? 0 : BitConverter.ToInt32(state.Hot.Span);
            var candles = await new SqliteCandleStore(restored).ReadAsync(Btc, CandleInterval.OneMinute, 0, long.MaxValue, 100, default);

            Assert.Equal(count, candles.Count);
            Assert.True(count >= last);
            last = count;
        }

        Assert.Equal(30, last);
    }

    [Fact]
    public async Task Kill_LosesNothingThatWasReportedAsDurable()
    {
        using var writer = await DoomedProcess.StartAsync(CrashWriter.Name, _directory.Path, 400);

        // The other process holds the directory, and nobody else may have it.
        Assert.Equal(StorageProblem.InUse, Assert.Throws<StorageException>(() => TestDatabase.Open(_directory)).Problem);
        var reported = await writer.KillAsync();

        await using var database = TestDatabase.Open(_directory);
        var state = await new SqliteEngineStateStore(database).LoadAsync(Btc.Symbol, default);
        var count = BitConverter.ToInt32(state!.Hot.Span);
        Assert.InRange(count, reported, int.MaxValue);
        Assert.Equal(count, (await new SqliteCandleStore(database).ReadAsync(Btc, CandleInterval.OneMinute, 0, long.MaxValue, 1_000_000, default)).Count);
    }

    internal static EngineCommit Commit(int number) => new()
    {
        Spec = Btc,
        State = BitConverter.GetBytes(number).Concat(Encoding.ASCII.GetBytes(new string('s', 5_000))).ToArray(),
        Candles = [SqliteCandleStoreTests.Candle(number)],
    };

    private static async Task<byte[]> ReadShared(string path)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    private object? Foreign(string sql)
    {
        SQLitePCL.Batteries_V2.Init();
        using var connection = new SqliteConnection($"Data Source={_directory.File(MarketDatabase.FileName)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
