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
        var follower = new TradeLogFollower(
            Options.Create(new StorageOptions { DataDirectory = _directory.Path }), TestDatabase.Instruments, TimeProvider.System);
        var seen = new List<long>();
        var started = new TaskCompletionSource();
        using var caughtUp = new SemaphoreSlim(0);
        var batchEnd = long.MaxValue;
        using var stop = new CancellationTokenSource();
        var following = Task.Run(async () =>
        {
            try
            {
                await foreach (var batch in follower.FollowAsync(stop.Token))
                {
                    seen.AddRange(batch.Prints.Select(received => received.Print.FirstId));
                    Assert.Equal(Btc.Symbol, batch.Spec.Symbol);
                    started.TrySetResult();
                    if (seen[^1] == Interlocked.Read(ref batchEnd))
                    {
                        caughtUp.Release();
                    }
                }
            }
            catch (OperationCanceledException)
            {
            }
        });

        // Until the follower has begun, trades keep coming; it sees a suffix of these.
        var next = 100L;
        while (!started.Task.IsCompleted)
        {
            await log.AppendAsync(Btc, Trades(next++, 1, Hour), default);
            await log.FlushAsync(default);
        }

        // Several journal files, none of which is retired before the follower has read it.
        for (var round = 0; round < 10; round++)
        {
            Interlocked.Exchange(ref batchEnd, next + 2_999);
            await log.AppendAsync(Btc, Trades(next, 3_000, Hour), default);
            await log.FlushAsync(default);
            next += 3_000;
            await caughtUp.WaitAsync();
        }

        await stop.CancelAsync();
        await following;
        Assert.Equal(Enumerable.Range(0, seen.Count).Select(i => seen[0] + i), seen);
        Assert.True(seen[0] >= 100);
        Assert.Equal(next - 1, seen[^1]);
    }
}
