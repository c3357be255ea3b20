using Microsoft.Extensions.Options;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Sinks.Tests.Sqlite;
using OrleansMarket.Sinks.TradeLog;
using OrleansMarket.TestKit;
using static OrleansMarket.Sinks.Tests.TradeLog.TestTradeLog;

namespace OrleansMarket.Sinks.Tests.TradeLog;

public sealed class TradeLogFollowerTests : IDisposable
{
    private readonly TemporaryFolder _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task FollowAsync_SeesEveryTradeOnceOverManyJournalFiles()
    {
        await using var log = Open(_directory.Path, new TradeLogOptions { JournalBytes = 65_536 });
        await log.AppendAsync(Btc, Trades(0, 100, Hour), default);
        await log.FlushAsync(default);
        var clock = new ManualTimeProvider();
        var follower = new TradeLogFollower(Options.Create(new StorageOptions { DataDirectory = _directory.Path }), TestDatabase.Instruments, clock);
        var seen = new List<long>();
        var newest = -1L;
        using var stop = new CancellationTokenSource();
        var following = Task.Run(async () =>
        {
            try
            {
                await foreach (var batch in follower.FollowAsync(stop.Token))
                {
                    seen.AddRange(batch.Prints.Select(received => received.Print.FirstId));
                    Assert.Equal(Btc.Symbol, batch.Spec.Symbol);
                    Interlocked.Exchange(ref newest, seen[^1]);
                }
            }
            catch (OperationCanceledException)
            {
            }
        });

        // What was there before it began is not told.
        await Eventually.BecomesTrueAsync(() => clock.WaitingTimers == 1 || following.IsCompleted, "a follower that has begun");

        // Several journal files, none of which is retired before the follower has read it.
        var next = 100L;
        for (var round = 0; round < 10; round++)
        {
            await log.AppendAsync(Btc, Trades(next, 3_000, Hour), default);
            await log.FlushAsync(default);
            next += 3_000;
            await clock.AdvanceUntilAsync(() => Interlocked.Read(ref newest) == next - 1 || following.IsCompleted);
        }

        Assert.True(TradeJournal.Find(_directory.File(FileTradeLog.DirectoryName))[^1].Number > 1);
        await stop.CancelAsync();
        await following;
        Assert.Equal(Enumerable.Range(100, 30_000).Select(i => (long)i), seen);
    }
}
