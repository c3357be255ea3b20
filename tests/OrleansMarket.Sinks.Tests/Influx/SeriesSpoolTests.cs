using System.Globalization;
using System.Text;
using OrleansMarket.Sinks.Influx;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Sinks.TradeLog;
using OrleansMarket.TestKit;

namespace OrleansMarket.Sinks.Tests.Influx;

public sealed class SeriesSpoolTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly SeriesBench _bench;

    public SeriesSpoolTests() => _bench = new SeriesBench(_clock);

    public void Dispose() => _bench.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Fact]
    public async Task Peek_GivesLinesInTheOrderOfTheirComing_UntilTheyAreDelivered()
    {
        await AppendAsync("a 1\nb 2\n");
        await AppendAsync("c 3\n");

        Assert.Equal("a 1\nb 2\nc 3\n", Peek());
        Assert.Equal("a 1\nb 2\nc 3\n", Peek());
        Assert.Equal("a 1\nb 2\n", Take(2));
        Assert.Equal("c 3\n", Take());
        Assert.Null(_bench.Spool.Peek(10, 1_000));
    }

    [Fact]
    public async Task Describe_TellsWhatWaitsAndForHowLong()
    {
        await AppendAsync("a 1\nb 2\n");
        _clock.Advance(TimeSpan.FromSeconds(30));
        await AppendAsync("c 3\n");
        _clock.Advance(TimeSpan.FromSeconds(5));

        var (bytes, points, age) = _bench.Spool.Describe();
        Assert.Equal((3, TimeSpan.FromSeconds(35)), (points, age));
        Assert.InRange(bytes, 12, 100);
        Assert.Equal((3, 35), (_bench.Count("market.influx.spool.points"), _bench.Count("market.influx.spool.age")));

        Take(2);
        Assert.Equal(TimeSpan.FromSeconds(5), _bench.Spool.Describe().OldestAge);
        Take();
        Assert.Equal((0, 0, TimeSpan.Zero), _bench.Spool.Describe());
        Assert.Equal(0, _bench.Count("market.influx.spool.size"));
    }

    [Fact]
    public async Task Restart_KeepsWhatIsNotDelivered()
    {
        await AppendAsync("a 1\n");
        await _bench.RestartAsync();
        await AppendAsync("b 2\n");

        Assert.Equal("a 1\nb 2\n", Take());
        Assert.Contains("1 points of an earlier run", _bench.Log.ToString(), StringComparison.Ordinal);

        await _bench.RestartAsync();
        Assert.Null(_bench.Spool.Peek(10, 1_000));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Restart_LeavesOutATornEnd_WhereverItIsTorn()
    {
        await AppendAsync("a 1\n");
        await AppendAsync("bbb 2\n");
        var whole = await File.ReadAllBytesAsync(Files().Single());
        var second = LogFrame.FindMark(whole, LogFrame.FindMark(whole, 0) + 1);

        for (var length = 0; length <= whole.Length; length++)
        {
            using var folder = new TemporaryFolder();
            await File.WriteAllBytesAsync(folder.File("000000000001.spool"), whole[..length]);
            await using var bench = new SeriesBench(_clock);
            bench.Options.SpoolDirectory = folder.Path;

            var expected = length == whole.Length ? "a 1\nbbb 2\n" : length >= second ? "a 1\n" : null;
            Assert.Equal(expected, bench.Spool.Peek(10, 1_000) is { } batch ? Encoding.UTF8.GetString(batch.Lines.Span) : null);
            Assert.Equal(0, bench.Count("market.influx.spool.damaged"));
        }
    }

    [Fact]
    public async Task Peek_StepsOverDamage_AndCountsIt()
    {
        foreach (var line in (string[])["a 1\n", "b 2\n", "c 3\n"])
        {
            await AppendAsync(line);
        }

        var path = Files().Single();
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[bytes.AsSpan().IndexOf("b 2\n"u8)] = (byte)'x';
        await _bench.StopAsync();
        _bench.Spool.Dispose();
        await File.WriteAllBytesAsync(path, bytes);
        await using var again = new SeriesBench(_clock);
        again.Options.SpoolDirectory = _bench.Options.SpoolDirectory;

        Assert.Equal("a 1\nc 3\n", Encoding.UTF8.GetString(again.Spool.Peek(10, 1_000)!.Value.Lines.Span));
        Assert.Equal(1, again.Count("market.influx.spool.damaged"));
        Assert.Equal(1, again.Count("market.influx.dropped damaged"));
    }

    [Fact]
    public async Task Append_DropsTheOldest_AtTheBound()
    {
        _bench.Options.SpoolMaxBytes = 1 << 20;
        var filler = new string('x', 10_000);
        for (var i = 0; i < 300; i++)
        {
            await AppendAsync(string.Create(CultureInfo.InvariantCulture, $"m f=\"{filler}\" {i}\n"));
        }

        Assert.InRange(Files().Sum(path => new FileInfo(path).Length), 500_000, 1 << 20);
        var dropped = _bench.Count("market.influx.dropped spool-full");
        Assert.Equal(300 - dropped, _bench.Spool.Describe().Points);
        Assert.InRange(dropped, 190, 250);
        Assert.Single(_bench.Log.Entries, entry => entry.Text.Contains("spool for InfluxDB is full (1 MiB)", StringComparison.Ordinal));

        // What is left is the newest, without a hole.
        var left = new List<long>();
        while (_bench.Spool.Peek(1_000, 1 << 20) is { } batch)
        {
            left.AddRange(Encoding.UTF8.GetString(batch.Lines.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => long.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture)));
            _bench.Spool.Advance(batch);
        }

        Assert.Equal(Enumerable.Range((int)dropped, 300 - (int)dropped).Select(i => (long)i), left);
    }

    [Fact]
    public async Task Advance_RemovesFilesThatAreDelivered()
    {
        _bench.Options.SpoolMaxBytes = 8 << 20;
        for (var i = 0; i < 40; i++)
        {
            await AppendAsync($"m f=\"{new string('x', 100_000)}\" 1\n");
        }

        Assert.InRange(Files().Length, 3, 10);
        while (_bench.Spool.Peek(10, 1 << 20) is { } batch)
        {
            _bench.Spool.Advance(batch);
        }

        Assert.Empty(Files());
        await AppendAsync("a 1\n");
        Assert.Equal("a 1\n", Take());
    }

    [Fact]
    public async Task Advance_IgnoresABatch_WhoseFileWasDroppedMeanwhile()
    {
        _bench.Options.SpoolMaxBytes = 1 << 20;
        await AppendAsync("first 1\n");
        var batch = _bench.Spool.Peek(10, 1_000)!.Value;
        for (var i = 0; i < 100; i++)
        {
            await AppendAsync($"m f=\"{new string('x', 20_000)}\" 1\n");
        }

        var waiting = _bench.Spool.Describe().Points;
        _bench.Spool.Advance(batch);
        Assert.Equal(waiting, _bench.Spool.Describe().Points);
    }

    [Fact]
    public async Task Append_SplitsWhatIsMoreThanARequest()
    {
        _bench.Options.BatchPoints = 10;
        await AppendAsync(string.Concat(Enumerable.Range(0, 25).Select(i => $"m f={i} 1\n")));

        Assert.Equal([10, 10, 5], Enumerable.Range(0, 3).Select(_ => LineText.Count(Encoding.UTF8.GetBytes(Take(10)!))));
    }

    [Fact]
    public async Task Append_TakesFromManyAtOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => AppendAsync($"m f={i} {i}\n")));

        var lines = new List<string>();
        while (Take(50) is { } text)
        {
            lines.AddRange(text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"m f={i} {i}").Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Append_SaysWhenTheDiskDoesNotTakeIt_AndGoesOnWhenItDoes()
    {
        _ = _bench.Spool;
        var directory = _bench.Options.SpoolDirectory!;
        Directory.Move(directory, directory + "-away");
        await Assert.ThrowsAnyAsync<IOException>(() => _bench.Sink.AppendAsync([SeriesSamples.Commit(SeriesSamples.Candle)], default));
        Assert.NotNull(_bench.Health.Describe());
        Assert.Equal(1, _bench.Count("market.influx.spool.failures"));

        Directory.Move(directory + "-away", directory);
        await _bench.Sink.AppendAsync([SeriesSamples.Commit(SeriesSamples.Candle)], default);
        Assert.Null(_bench.Health.Describe());
        Assert.Equal(1, _bench.Spool.Describe().Points);
    }

    [Fact]
    public async Task Open_RefusesWhatIsNotItsOwn_AndWhatIsInUse()
    {
        _ = _bench.Spool;
        await using var second = new SeriesBench(_clock);
        second.Options.SpoolDirectory = _bench.Options.SpoolDirectory;
        Assert.Equal(StorageProblem.InUse, Assert.Throws<StorageException>(() => second.Spool.Describe()).Problem);

        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("000000000001.spool"), "not a spool");
        second.Options.SpoolDirectory = folder.Path;
        var error = Assert.Throws<StorageException>(() => second.Spool.Describe());
        Assert.Equal(StorageProblem.NotOurs, error.Problem);
        Assert.Contains("000000000001.spool", error.Message, StringComparison.Ordinal);
        File.Delete(folder.File("000000000001.spool"));
        _ = second.Spool;
    }

    [Fact]
    public async Task Kill_LosesNothingThatWasAcknowledged()
    {
        using var folder = new TemporaryFolder();
        var reported = await CrashSpooler.RunAndKillAsync(folder.Path, 500);

        await using var bench = new SeriesBench(_clock);
        bench.Options.SpoolDirectory = folder.Path;
        var read = new List<long>();
        while (bench.Spool.Peek(1_000, 1 << 20) is { } batch)
        {
            read.AddRange(Encoding.UTF8.GetString(batch.Lines.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(CrashSpooler.NumberOf));
            bench.Spool.Advance(batch);
        }

        Assert.InRange(read.Count, reported, int.MaxValue);
        Assert.Equal(Enumerable.Range(0, read.Count).Select(i => (long)i), read);
    }

    [Fact]
    public async Task WhatIsDeliveredWhileMoreIsWritten_TakesNothingOfItAlong()
    {
        // Each time enough for the file to be over as soon as it is delivered, which happens while the next is on its way to the disk.
        const int Rounds = 40;
        _ = _bench.Spool; // opened before two threads ask for it
        var filler = new string('x', 300 * 1_024);
        var taken = new List<string>();
        var appending = Task.Run(async () =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                await AppendAsync($"{round} {filler}\n");
            }
        });
        while (!appending.IsCompleted || _bench.Spool.Describe().Points > 0)
        {
            if (Take() is { } lines)
            {
                taken.AddRange(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..line.IndexOf(' ', StringComparison.Ordinal)]));
            }
        }

        await appending;
        Assert.Equal(Enumerable.Range(0, Rounds).Select(round => $"{round}"), taken);
        Assert.Equal((0, 0, TimeSpan.Zero), _bench.Spool.Describe());
    }

    [Fact]
    public async Task WhatWasAcknowledgedWhileTheSpoolIsClosed_IsThereAfterwards()
    {
        var filler = new string('x', 300 * 1_024);
        for (var round = 0; round < 20; round++)
        {
            await AppendAsync("delivered 1\n");
            Take();
            var appending = AppendAsync($"{round} {filler}\n");
            await _bench.RestartAsync();
            var acknowledged = await Record.ExceptionAsync(() => appending) is null;
            Assert.Equal(acknowledged, Take()?.Contains($"{round} x", StringComparison.Ordinal) == true);
        }
    }

    private Task AppendAsync(string lines) => _bench.Spool.AppendAsync(Encoding.UTF8.GetBytes(lines), default);

    private string? Peek(int points = 1_000) => _bench.Spool.Peek(points, 1 << 20) is { } batch ? Encoding.UTF8.GetString(batch.Lines.Span) : null;

    private string? Take(int points = 1_000)
    {
        if (_bench.Spool.Peek(points, 1 << 20) is not { } batch)
        {
            return null;
        }

        _bench.Spool.Advance(batch);
        return Encoding.UTF8.GetString(batch.Lines.Span);
    }

    private string[] Files() => [.. Directory.EnumerateFiles(_bench.Options.SpoolDirectory!, "*.spool").Order(StringComparer.Ordinal)];
}
