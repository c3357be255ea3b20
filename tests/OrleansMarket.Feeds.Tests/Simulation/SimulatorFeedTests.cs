using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Simulation;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Simulation;

public sealed class SimulatorFeedTests
{
    private static readonly Symbol Bitcoin = new("BTCUSDT");
    private readonly ManualTimeProvider _clock = new();

    private long Now => Micros.From(_clock.GetUtcNow());

    [Theory]
    [InlineData(0.5, 300)]
    [InlineData(500, 5)]
    [InlineData(MarketModel.MaxTradesPerSecond, 2)]
    public async Task RunAsync_HandsOnEveryTradeOnceItHasHappened(double rate, int seconds)
    {
        var start = Now;
        var receiver = await RunAsync(new SimulatorOptions { TradesPerSecond = rate }, TimeSpan.FromSeconds(seconds));

        Assert.NotEmpty(receiver.Prints);
        Assert.Equal(Truth(rate, start, Now), receiver.Prints);
        Assert.All(receiver.Received, received => Assert.InRange(received.LatencyMicros, 0, 10_000));
        Assert.Equal(["connected"], receiver.Interruptions);
        Assert.Empty(receiver.Letters);
    }

    [Fact]
    public async Task RunAsync_GoesOnWithTheSameMarketAfterARestart()
    {
        var options = new SimulatorOptions { TradesPerSecond = 50 };
        var before = await RunAsync(options, TimeSpan.FromSeconds(30));
        _clock.Advance(TimeSpan.FromMinutes(7));
        var after = await RunAsync(options, TimeSpan.FromSeconds(30));
        var missed = new IdRange(before.Prints[^1].LastId + 1, after.Prints[0].FirstId - 1);

        var repair = await Exchange(options).RepairAsync(Spec, [Hole(missed)], after.Prints[0].FirstId, CancellationToken.None);

        Assert.InRange(missed.Count, 7 * 60 * 5, 7 * 60 * 500);
        Assert.Empty(repair.Outcomes[0].Remaining);
        Assert.Equal(
            Truth(50, before.Prints[0].TradeTimeMicros, Now).Where(print => print.FirstId >= before.Prints[0].FirstId),
            before.Prints.Concat(repair.Prints).Concat(after.Prints));
    }

    [Fact]
    public async Task Faults_AreCountedAndLeaveNothingThatCannotBeRepaired()
    {
        var start = Now;
        var options = new SimulatorOptions
        {
            TradesPerSecond = 400,
            Faults = new() { Gaps = 0.005, LongestGap = 20, Duplicates = 0.02, Reordered = 0.02, FarthestReorder = 30, Malformed = 0.01 },
        };
        var receiver = new RecordingReceiver();
        var feed = Feed(options);
        await RunAsync(feed, receiver, TimeSpan.FromSeconds(30));
        var truth = Truth(400, start, Now);
        var faults = feed.Faults;
        var distinct = receiver.Prints.DistinctBy(print => print.FirstId).ToList();
        var delayedAtTheEnd = truth.Count - distinct.Count - faults.Lost - faults.Malformed;

        Assert.Equal(faults.Duplicates, receiver.Prints.Count - distinct.Count);
        Assert.Equal(faults.Malformed, receiver.Letters.Count);
        Assert.InRange(delayedAtTheEnd, 0, 30);
        Assert.All(new[] { faults.Gaps, faults.Lost, faults.Duplicates, faults.Reordered, faults.Malformed }, count => Assert.True(count > 10));
        Assert.True(receiver.Prints.Zip(receiver.Prints.Skip(1)).Count(pair => pair.Second.FirstId < pair.First.FirstId) > 10);

        _clock.Advance(TimeSpan.FromSeconds(1));
        var missing = truth.Select(print => print.FirstId).Except(distinct.Select(print => print.FirstId)).ToList();
        var repaired = (await Exchange(options).RepairAsync(Spec, [.. missing.Select(id => Hole(new IdRange(id, id)))], missing[^1] + 1, CancellationToken.None)).Prints;

        Assert.Equal(truth, distinct.Concat(repaired).OrderBy(print => print.FirstId));
    }

    [Fact]
    public async Task Malformed_FramesTellWhatIsWrongWithThem()
    {
        var options = new SimulatorOptions { TradesPerSecond = 200, Faults = new() { Malformed = 0.3 } };

        var receiver = await RunAsync(options, TimeSpan.FromSeconds(10));

        Assert.Equal(
            [DeadLetterReason.Malformed, DeadLetterReason.MissingField, DeadLetterReason.BadPrice, DeadLetterReason.BadQuantity, DeadLetterReason.BadTime],
            receiver.Letters.Select(letter => letter.Reason).Distinct().Order());
        Assert.All(receiver.Letters, letter => Assert.StartsWith("expected ", letter.Error));
        Assert.All(receiver.Letters, letter => Assert.False(letter.Payload.IsEmpty));
    }

    [Fact]
    public async Task Stall_IsSilentUntilItEndsWithAReconnection()
    {
        var options = new SimulatorOptions
        {
            TradesPerSecond = 100,
            Faults = new() { StallsPerHour = 120, StallLength = TimeSpan.FromSeconds(12) },
        };
        var receiver = new RecordingReceiver();
        var feed = Feed(options);
        await RunAsync(feed, receiver, TimeSpan.FromMinutes(5));
        var silences = receiver.Prints.Zip(receiver.Prints.Skip(1)).Where(pair => pair.Second.FirstId > pair.First.LastId + 1).ToList();

        Assert.InRange(feed.Faults.Stalls, 2, 15);
        Assert.Equal(feed.Faults.Stalls, feed.Status.Reconnects);
        Assert.Equal(feed.Faults.Stalls, receiver.Interruptions.Count(reason => reason == "stalled"));
        Assert.Equal(feed.Faults.Stalls, silences.Count);
        Assert.All(silences, pair => Assert.InRange(pair.Second.TradeTimeMicros - pair.First.TradeTimeMicros, 12_000_000, 14_000_000));
    }

    [Fact]
    public async Task Sleep_IsNotRelivedButReportedAsAnInterruption()
    {
        var receiver = new RecordingReceiver();
        var clock = new SleepyClock(_clock);
        var feed = Feed(new SimulatorOptions { TradesPerSecond = 100 }, clock);
        using var stop = new CancellationTokenSource();
        var running = feed.RunAsync(receiver, stop.Token);
        _clock.Advance(TimeSpan.FromSeconds(5));
        clock.Slept = TimeSpan.FromHours(8);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Equal("asleep", receiver.Interruptions[1]);
        Assert.Equal(1, feed.Status.Reconnects);
        Assert.InRange(receiver.Prints.Count, 100, 10_000);
        Assert.True(receiver.Prints[^1].FirstId - receiver.Prints[0].FirstId > 100_000);
    }

    [Fact]
    public async Task Status_FollowsTheConnection()
    {
        var receiver = new RecordingReceiver();
        var feed = Feed(new SimulatorOptions());
        var before = feed.Status;
        using var stop = new CancellationTokenSource();
        var running = feed.RunAsync(receiver, stop.Token);
        var during = feed.Status;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.False(before.Connected);
        Assert.True(during is { Connected: true, Connections: 1, Planned: 1, ClockOffsetMicros: 0 });
        Assert.False(feed.Status.Connected);
        Assert.Equal(FeedKind.Simulated, feed.Source.Kind);
    }

    private static SymbolSpec Spec => SimulatedSymbol.Of(Bitcoin).Spec;

    private static List<Print> Truth(double rate, long from, long to) =>
        [.. new MarketModel(SimulatedSymbol.Of(Bitcoin), 1, rate).From(from).TakeWhile(print => print.TradeTimeMicros <= to)];

    private static Gap Hole(IdRange missing) => new(missing, 0, 0, GapState.Open);

    private SimulatorFeed Feed(SimulatorOptions options, TimeProvider? clock = null) =>
        new(new SimulatedMarket(options), [Bitcoin], clock ?? _clock, NullLogger<SimulatorFeed>.Instance);

    private SimulatedExchange Exchange(SimulatorOptions options) => new(new SimulatedMarket(options), _clock);

    private async Task<RecordingReceiver> RunAsync(SimulatorOptions options, TimeSpan length)
    {
        var receiver = new RecordingReceiver();
        await RunAsync(Feed(options), receiver, length);
        return receiver;
    }

    private async Task RunAsync(SimulatorFeed feed, RecordingReceiver receiver, TimeSpan length)
    {
        using var stop = new CancellationTokenSource();
        var running = feed.RunAsync(receiver, stop.Token);
        _clock.Advance(length);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    /// <summary>A clock whose hands jump while its timers stand still, as after a night asleep.</summary>
    private sealed class SleepyClock(ManualTimeProvider inner) : TimeProvider
    {
        public TimeSpan Slept { get; set; }

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Slept;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(callback, state, dueTime, period);
    }
}
