using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Feeds.Loops;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Loops;

public sealed class GuardedLoopsTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly PipelineParts _parts = new();

    [Fact]
    public async Task FailedLoop_IsShown_AndBeginsAgain()
    {
        using var loops = new GuardedLoops(_parts, _clock, NullLogger<GuardedLoops>.Instance);
        var (runs, others) = (0, 0);
        loops.Start("repair", async token =>
        {
            if (Interlocked.Increment(ref runs) == 1)
            {
                throw new InvalidOperationException("a silo is gone");
            }

            await Task.Delay(Timeout.Infinite, token);
        });
        loops.Start("tail check", token => Task.Delay(Timeout.Infinite, token).ContinueWith(_ => others++, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default));
        await Eventually.BecomesTrueAsync(() => _parts.Describe().GetValueOrDefault("repair") is "failed and begins again: a silo is gone", "the failure in health");
        await Eventually.BecomesTrueAsync(
            () =>
            {
                _clock.Advance(GuardedLoops.Pause);
                return Volatile.Read(ref runs) == 2;
            },
            "the next run");

        Assert.Equal(0, others);
        _clock.Advance(GuardedLoops.ShownFor);
        Assert.Null(_parts.Describe()["repair"]);
        await loops.StopAsync();
        Assert.Equal(2, runs);
    }
}
