using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Sinks.Tests.Sqlite;
using OrleansMarket.Sinks.TradeLog;
using OrleansMarket.TestKit;
using static OrleansMarket.Sinks.Tests.TradeLog.TestTradeLog;

namespace OrleansMarket.Sinks.Tests.TradeLog;

public sealed class FileTradeLogTests : IDisposable
{
    private static readonly IdRange Everything = new(0, long.MaxValue);

    private readonly TemporaryFolder _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RandomAppendsAndReads_EqualAModelInMemory(int seed)
    {
        var random = new Random(seed);
        var options = new TradeLogOptions { BlockPrints = 64, BufferedPrints = 1_024, JournalBytes = 65_536 };
        SymbolSpec[] specs = [Btc, new(new Symbol("ETHUSDT"), 2, 4), new(new Symbol("币安USDT"), 8, 8)];
        var model = specs.ToDictionary(spec => spec.Symbol, _ => new SortedDictionary<long, ReceivedPrint>());
        var log = Open(_directory.Path, options);
        try
        {
            for (var round = 0; round < 400; round++)
            {
                var spec = specs[random.Next(specs.Length)];
                var kept = model[spec.Symbol];
                switch (random.Next(20))
                {
                    case 0:
                        await log.DisposeAsync();
                        log = Open(_directory.Path, options);
                        break;
                    case < 3:
                        await log.FlushAsync(default);
                        break;
                    case < 13:
                        // Anywhere in three hours, out of order, with repeats.
                        var first = random.Next(0, 8_000);
                        var batch = Enumerable.Range(first, random.Next(1, 120)).Select(id => Trade(id, Hour + (id * Micros.PerSecond), spec)).ToArray();
                        random.Shuffle(batch);
                        await log.AppendAsync(spec, batch, default);
                        foreach (var received in batch)
                        {
                            kept[received.Print.FirstId] = received;
                        }

                        break;
                    default:
                        long a = random.Next(0, 9_000), b = random.Next(0, 9_000);
                        var limit = random.Next(1, 500);
                        Assert.Equal(
                            kept.Values.Where(received => received.Print.FirstId >= a && received.Print.FirstId <= b).Take(limit),
                            await log.ReadByIdAsync(spec, new IdRange(a, b), limit, default));
                        Assert.Equal(
                            kept.Values.Where(received => received.Print.TradeTimeMicros >= Hour + (a * Micros.PerSecond) && received.Print.TradeTimeMicros < Hour + (b * Micros.PerSecond)).Take(limit),
                            await log.ReadByTimeAsync(spec, Hour + (a * Micros.PerSecond), Hour + (b * Micros.PerSecond), limit, default));
                        break;
                }
            }
        }
        finally
        {
            await log.DisposeAsync();
        }
    }

    [Fact]
    public async Task FlushAsync_MakesEverythingAppendedSurviveAKill()
    {
        await using var log = Open(_directory.Path, new TradeLogOptions { BlockPrints = 64 });
        var trades = Trades(1, 1_000, Hour);
        await log.AppendAsync(Btc, trades, default);
        await log.FlushAsync(default);
        await log.AppendAsync(Btc, Trades(5_000, 10, Hour), default);

        using var copy = new TemporaryFolder();
        CopyTo(_directory.Path, copy.Path);
        await using var restored = Open(copy.Path);

        Assert.Equal(trades, (await restored.ReadByIdAsync(Btc, new IdRange(1, 1_000), 10_000, default)));
        // What was appended after the flush may be there or not, but nothing else.
        Assert.InRange((await restored.ReadByIdAsync(Btc, Everything, 10_000, default)).Count, 1_000, 1_010);
    }

    [Fact]
    public async Task Open_AfterATornJournal_KeepsEveryWholeRecord()
    {
        await using (var log = Open(_directory.Path))
        {
            for (var i = 0; i < 10; i++)
            {
                await log.AppendAsync(Btc, Trades(i * 10, 10, Hour + i), default);
                await log.FlushAsync(default);
            }
        }

        var journal = Directory.EnumerateFiles(_directory.File(FileTradeLog.DirectoryName), "*.journal").Single();
        var bytes = await File.ReadAllBytesAsync(journal);
        var last = -1;
        for (var length = 0; length <= bytes.Length; length++)
        {
            using var copy = new TemporaryFolder();
            Directory.CreateDirectory(copy.File(FileTradeLog.DirectoryName));
            await File.WriteAllBytesAsync(Path.Combine(copy.File(FileTradeLog.DirectoryName), Path.GetFileName(journal)), bytes[..length]);
            await using var restored = Open(copy.Path);

            var read = await restored.ReadByIdAsync(Btc, Everything, 1_000, default);

            Assert.Equal(0, read.Count % 10);
            Assert.Equal(Enumerable.Range(0, read.Count).Select(i => (long)i), read.Select(received => received.Print.FirstId));
            Assert.True(read.Count >= last);
            last = read.Count;
        }

        Assert.Equal(100, last);
    }

    [Fact]
    public async Task Open_AfterATornBlock_KeepsEveryBlockBeforeAndWritesOn()
    {
        var options = new TradeLogOptions { BlockPrints = 64 };
        var trades = Trades(0, 64 * 4, Hour);
        await WriteFiles(trades, options);
        var file = Directory.EnumerateFiles(_directory.File(FileTradeLog.DirectoryName), "*.tlog", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(file);
        var lastBlock = LastFrame(bytes);

        for (var length = lastBlock; length < bytes.Length; length++)
        {
            using var copy = new TemporaryFolder();
            var target = copy.File(Path.GetRelativePath(_directory.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await File.WriteAllBytesAsync(target, bytes[..length]);
            await using var log = Open(copy.Path, options);

            Assert.Equal(trades[..192], await log.ReadByIdAsync(Btc, Everything, 1_000, default));
            await log.AppendAsync(Btc, trades.AsMemory(192), default);
            Assert.Equal(trades, await log.ReadByIdAsync(Btc, Everything, 1_000, default));
        }
    }

    [Fact]
    public async Task Read_StepsOverADamagedBlock()
    {
        var options = new TradeLogOptions { BlockPrints = 64 };
        var trades = Trades(0, 64 * 4, Hour);
        await WriteFiles(trades, options);
        var file = Directory.EnumerateFiles(_directory.File(FileTradeLog.DirectoryName), "*.tlog", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(file);

        for (var at = LogFrame.FileHeaderLength; at < bytes.Length; at += 7)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[at] ^= 0x55;
            await File.WriteAllBytesAsync(file, damaged);
            await using var log = Open(_directory.Path, options);

            var read = await log.ReadByIdAsync(Btc, Everything, 1_000, default);

            Assert.Equal(192, read.Count);
            Assert.All(read, received => Assert.Equal(trades[received.Print.FirstId], received));
        }
    }

    [Fact]
    public async Task Open_RefusesAFileThatIsNoTradeLog()
    {
        var directory = Path.Combine(_directory.File(FileTradeLog.DirectoryName), "BTCUSDT");
        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(Path.Combine(directory, HourFile.NameOf(Hour)), "time,price,quantity,side\n");
        await using var log = Open(_directory.Path);

        var error = await Assert.ThrowsAsync<StorageException>(() => log.ReadByIdAsync(Btc, Everything, 10, default));

        Assert.Equal(StorageProblem.NotOurs, error.Problem);
        Assert.Contains("2026-11-21T10.tlog", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_RefusesALogThatIsInUse()
    {
        await using var log = Open(_directory.Path);

        Assert.Equal(StorageProblem.InUse, Assert.Throws<StorageException>(() => Open(_directory.Path)).Problem);
    }

    [Fact]
    public async Task Open_DoesNotWriteAgainWhatTheFilesHaveAlready()
    {
        var options = new TradeLogOptions { BlockPrints = 64 };
        await using var log = Open(_directory.Path, options);
        await log.AppendAsync(Btc, Trades(0, 640, Hour), default);
        await log.FlushAsync(default);
        using var copy = new TemporaryFolder();
        CopyTo(_directory.Path, copy.Path);
        var before = new DirectoryInfo(copy.Path).EnumerateFiles("*.tlog", SearchOption.AllDirectories).Sum(file => file.Length);

        long after;
        await using (var restored = Open(copy.Path, options))
        {
            Assert.Equal(640, (await restored.ReadByIdAsync(Btc, Everything, 1_000, default)).Count);
            after = new DirectoryInfo(copy.Path).EnumerateFiles("*.tlog", SearchOption.AllDirectories).Sum(file => file.Length);
        }

        // 576 trades were in nine blocks; the tenth comes from the journal.
        Assert.InRange(after, before, before * 10 / 9 + 64);
    }

    [Fact]
    public async Task ReadByIdAsync_AnswersInTheWantedScaleAfterTheExchangeChangedIt()
    {
        var wide = Btc.WithAtLeast(3, 6);
        await using var log = Open(_directory.Path);
        await log.AppendAsync(Btc, Trades(0, 5, Hour), default);
        await log.AppendAsync(wide, Trades(5, 5, Hour), default);

        var read = await log.ReadByIdAsync(wide, Everything, 100, default);

        Assert.Equal(10, read.Count);
        Assert.Equal(Trades(0, 5, Hour).Select(received => Btc.Price(received.Print.Price)), read.Take(5).Select(received => wide.Price(received.Print.Price)));
        Assert.Equal(Trades(0, 5, Hour).Select(received => Btc.Quote(received.Print.QuoteAmount)), read.Take(5).Select(received => wide.Quote(received.Print.QuoteAmount)));
        Assert.Equal(Trades(5, 5, Hour), read.Skip(5));
    }

    [Fact]
    public async Task EnforceRetention_RemovesHoursThatAreTooOld()
    {
        var clock = new ManualTimeProvider(TestDatabase.Now.AddYears(1));
        await using var log = Open(_directory.Path, new TradeLogOptions { Retention = TimeSpan.FromHours(2), BlockPrints = 64 }, clock);
        for (var hour = 0; hour < 6; hour++)
        {
            await log.AppendAsync(Btc, Trades(hour * 1_000, 128, Hour + (hour * Micros.PerHour)), default);
        }

        // The newest trade is from the start of hour 5, so what ended before hour 3 is older than two hours.
        Assert.Equal(3, log.EnforceRetention());
        Assert.Equal(0, log.EnforceRetention());

        Assert.Equal(3_000, (await log.ReadByIdAsync(Btc, Everything, 1, default))[0].Print.FirstId);
    }

    [Fact]
    public async Task EnforceRetention_IsNotFooledByATimeInTheFuture()
    {
        await using var log = Open(_directory.Path, new TradeLogOptions { BlockPrints = 64 });
        await log.AppendAsync(Btc, Trades(0, 128, Hour), default);
        await log.AppendAsync(Btc, Trades(1_000, 128, Micros.Latest - Micros.PerHour), default);

        Assert.Equal(0, log.EnforceRetention());
    }

    [Fact]
    public async Task EnforceRetention_RemovesTheOldestHoursBeyondTheBytes()
    {
        var random = new Random(1);
        await using var log = Open(_directory.Path, new TradeLogOptions { MaxBytes = 16_777_216, BlockPrints = 65_536, Retention = TimeSpan.FromDays(10) });
        var prints = new ReceivedPrint[65_536];
        for (var hour = 0; hour < 30; hour++)
        {
            // Noise, so that it does not pack.
            for (var i = 0; i < prints.Length; i++)
            {
                prints[i] = new ReceivedPrint(
                    Print.Trade(Btc, (hour * 100_000) + i, Hour + (hour * Micros.PerHour), random.NextInt64(1, 1L << 40), random.Next(1, 1 << 24), TakerSide.Buy),
                    Hour + random.Next(), Hour + random.Next());
            }

            await log.AppendAsync(Btc, prints, default);
        }

        Assert.True(BytesOfHours() > 16_777_216);
        Assert.True(log.EnforceRetention() > 0);

        Assert.InRange(BytesOfHours(), 1, 16_777_216);
        var first = (await log.ReadByIdAsync(Btc, Everything, 1, default))[0].Print.FirstId;
        Assert.True(first > 0 && first % 100_000 == 0);
        Assert.Equal(2_900_000 + 65_535, (await log.ReadByIdAsync(Btc, new IdRange(2_965_535, long.MaxValue), 9, default))[0].Print.FirstId);

        long BytesOfHours() => new DirectoryInfo(_directory.Path).EnumerateFiles("*.tlog", SearchOption.AllDirectories).Sum(file => file.Length);
    }

    [Fact]
    public async Task TwoThousandSymbols_NeedNoHandleEachAndOneJournal()
    {
        var options = new TradeLogOptions { JournalBytes = 65_536, BufferedPrints = 4_096 };
        var specs = Enumerable.Range(0, 2_000).Select(i => new SymbolSpec(new Symbol($"S{i}USDT"), 4, 2)).ToArray();
        await using (var log = Open(_directory.Path, options))
        {
            for (var round = 0; round < 6; round++)
            {
                foreach (var spec in specs)
                {
                    await log.AppendAsync(spec, Trades(round * 3, 3, Hour + (round * Micros.PerMinute)), default);
                }

                await log.FlushAsync(default);
            }

            if (OperatingSystem.IsLinux())
            {
                Assert.InRange(Directory.EnumerateFiles("/proc/self/fd").Count(fd => TargetOf(fd).StartsWith(_directory.Path, StringComparison.Ordinal)), 1, 8);
            }

            Assert.InRange(log.Buffered, 0, 4_096 + 3);
            foreach (var spec in specs)
            {
                Assert.Equal(18, (await log.ReadByTimeAsync(spec, Hour, Hour + Micros.PerHour, 100, default)).Count);
            }
        }

        Assert.InRange(Directory.EnumerateFiles(_directory.File(FileTradeLog.DirectoryName), "*.journal").Count(), 1, 10);
        await using var again = Open(_directory.Path, options);
        Assert.Equal(2_000, again.Symbols.Count);
        foreach (var spec in specs)
        {
            Assert.Equal(18, (await again.ReadByIdAsync(spec, Everything, 100, default)).Count);
        }
    }

    [Fact]
    public async Task Reading_WhileAnotherThreadAppends_SeesAGaplessPrefix()
    {
        await using var log = Open(_directory.Path, new TradeLogOptions { BlockPrints = 64, JournalBytes = 65_536 });
        var appended = 0L;
        var writer = Task.Run(async () =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                await log.AppendAsync(Btc, Trades(i * 10, 10, Hour + (i * Micros.PerSecond)), default);
                Interlocked.Exchange(ref appended, (i + 1) * 10);
                if (i % 20 == 0)
                {
                    await log.FlushAsync(default);
                }
            }
        });
        while (!writer.IsCompleted)
        {
            var least = Interlocked.Read(ref appended);
            var read = await log.ReadByIdAsync(Btc, Everything, 100_000, default);
            Assert.True(read.Count >= least);
            Assert.Equal(Enumerable.Range(0, read.Count).Select(i => (long)i), read.Select(received => received.Print.FirstId));
        }

        await writer;
    }

    [Fact]
    public async Task OpenReadOnly_ReadsBesideTheWriter()
    {
        await using var log = Open(_directory.Path, new TradeLogOptions { BlockPrints = 64, JournalBytes = 65_536 });
        await using var reader = OpenReadOnly(_directory.Path);
        for (var i = 0; i < 100; i++)
        {
            await log.AppendAsync(Btc, Trades(i * 50, 50, Hour + (i * Micros.PerMinute)), default);
            await log.FlushAsync(default);
            var read = await reader.ReadByIdAsync(Btc, Everything, 100_000, default);
            Assert.Equal((i + 1) * 50, read.Count);
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => log.AppendAsync(Btc, Array.Empty<ReceivedPrint>(), default).AsTask().ContinueWith(_ => reader.FlushAsync(default)).Unwrap());
    }

    [Fact]
    public void OpenReadOnly_SaysThatThereIsNothing() =>
        Assert.Equal(StorageProblem.Missing, Assert.Throws<StorageException>(() => OpenReadOnly(_directory.Path)).Problem);

    [Fact]
    public async Task AppendAsync_OnAFullOrBrokenDiskFailsClearlyAndLosesNothingFlushed()
    {
        await using var log = Open(_directory.Path, new TradeLogOptions { BlockPrints = 64 });
        await log.AppendAsync(Btc, Trades(0, 64, Hour), default);
        await log.FlushAsync(default);
        // A file where the symbol's directory should be makes every block fail.
        await File.WriteAllTextAsync(Path.Combine(_directory.File(FileTradeLog.DirectoryName), "BTCUSDT"), "");

        await Assert.ThrowsAsync<StorageException>(() => log.AppendAsync(Btc, Trades(64, 64, Hour), default).AsTask());
        Assert.Equal(64, (await log.ReadByIdAsync(Btc, Everything, 1_000, default)).Count);

        File.Delete(Path.Combine(_directory.File(FileTradeLog.DirectoryName), "BTCUSDT"));
        await log.AppendAsync(Btc, Trades(64, 64, Hour), default);
        Assert.Equal(128, (await log.ReadByIdAsync(Btc, Everything, 1_000, default)).Count);
    }

    [Fact]
    public async Task Kill_LosesNothingThatWasFlushed()
    {
        using var writer = await DoomedProcess.StartAsync(CrashAppender.Name, _directory.Path, 20_000);
        var reported = await writer.KillAsync();

        await using var log = Open(_directory.Path);
        var read = await log.ReadByIdAsync(Btc, Everything, 10_000_000, default);
        Assert.InRange(read.Count, reported, int.MaxValue);
        Assert.Equal(Enumerable.Range(0, read.Count).Select(i => (long)i), read.Select(received => received.Print.FirstId));
    }

    /// <summary>What a handle of this process is of; nothing when another test has closed it meanwhile.</summary>
    private static string TargetOf(string fd)
    {
        try
        {
            return File.ResolveLinkTarget(fd, returnFinalTarget: false)?.FullName ?? "";
        }
        catch (FileNotFoundException)
        {
            return "";
        }
    }

    private static int LastFrame(byte[] bytes)
    {
        var last = -1;
        for (var at = LogFrame.FindMark(bytes, 0); at >= 0; at = LogFrame.FindMark(bytes, at + 1))
        {
            last = LogFrame.IsWhole(bytes.AsSpan(at)) ? at : last;
        }

        return last;
    }

    /// <summary>Leaves everything in the files of the hours, nothing in the journal.</summary>
    private async Task WriteFiles(ReceivedPrint[] trades, TradeLogOptions options)
    {
        await using (var log = Open(_directory.Path, options))
        {
            await log.AppendAsync(Btc, trades, default);
        }

        await Open(_directory.Path, options).DisposeAsync();
        foreach (var journal in Directory.EnumerateFiles(_directory.File(FileTradeLog.DirectoryName), "*.journal"))
        {
            File.Delete(journal);
        }
    }
}
