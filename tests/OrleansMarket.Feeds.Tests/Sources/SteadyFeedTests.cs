using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Sources;
using OrleansMarket.Feeds.Tests.Binance;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Sources;

public sealed class SteadyFeedTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task RunAsync_BeginsAgainAfterGrowingPauses_AndSaysSoMeanwhile()
    {
        var clock = new ManualTimeProvider(Start);
        var failing = new FailingFeed(failures: 3);
        var steady = Steady(failing, clock);
        var running = steady.RunAsync(new CollectingReceiver(), default);

        // Nine tenths of 5, 10 and 20 seconds.
        foreach (var seconds in new[] { 4.5, 9, 18 })
        {
            var runs = failing.Runs;
            await Eventually.BecomesTrueAsync(() => clock.WaitingTimers == 1, "it pauses");
            Assert.Equal(("the feed failed and begins again: the disk is full", false), (steady.Status.LastError, steady.Status.Connected));
            clock.Advance(TimeSpan.FromSeconds(seconds - 0.001));
            Assert.Equal(runs, failing.Runs);
            clock.Advance(TimeSpan.FromSeconds(0.001));
            await Eventually.BecomesTrueAsync(() => failing.Runs == runs + 1, "it begins again");
        }

        await running;
        Assert.Null(steady.Status.LastError);
        Assert.True(steady.Status.Connected);
    }

    [Fact]
    public async Task RunAsync_EndsWhenTheFeedDoes()
    {
        var ending = new FailingFeed(failures: 0);

        await Steady(ending, new ManualTimeProvider(Start)).RunAsync(new CollectingReceiver(), default);

        Assert.Equal(1, ending.Runs);
    }

    [Fact]
    public async Task RunAsync_EndsInAPauseWhenStopped()
    {
        var clock = new ManualTimeProvider(Start);
        using var stop = new CancellationTokenSource();
        var failing = new FailingFeed(failures: 1);
        var running = Steady(failing, clock).RunAsync(new CollectingReceiver(), stop.Token);
        await Eventually.BecomesTrueAsync(() => clock.WaitingTimers == 1, "it pauses");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(1, failing.Runs);
    }

    private static SteadyFeed Steady(ITradeFeed feed, TimeProvider clock) => new(feed, clock, NullLogger<SteadyFeed>.Instance, () => 0.9);

    /// <summary>Fails some times, then ends as a recording does.</summary>
    private sealed class FailingFeed(int failures) : ITradeFeed
    {
        private int _runs;

        public int Runs => Volatile.Read(ref _runs);

        public FeedSource Source { get; } = new(FeedKind.Simulated, "test");

        public FeedStatus Status { get; } = FeedStatus.Starting with { Connected = true };

        public Task RunAsync(ITradeReceiver receiver, CancellationToken cancellationToken) =>
            Interlocked.Increment(ref _runs) <= failures ? Task.FromException(new IOException("the disk is full")) : Task.CompletedTask;
    }
}
