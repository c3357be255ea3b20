using NSubstitute;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Standalone.Serving;

namespace OrleansMarket.Standalone.Tests.Serving;

public sealed class EngineRouterTests
{
    [Fact]
    public async Task ReceiveAsync_WaitsWhileThePartitionIsFull_AndLosesNothing()
    {
        var bench = new Bench(Bench.Name);
        var lane = bench.Lanes[0];
        await bench.Router.ReceiveAsync(lane.Spec.Symbol, bench.Trades(lane, Partition.Capacity), CancellationToken.None);

        var waiting = bench.Router.ReceiveAsync(lane.Spec.Symbol, bench.Trades(lane, 10, Partition.Capacity + 1), CancellationToken.None).AsTask();

        Assert.False(waiting.IsCompleted);
        Assert.Equal(Partition.Capacity + 10, bench.Partition.Backlog);
        bench.Run();
        await waiting;
        Assert.Equal(Partition.Capacity + 10, await Bench.CountAsync(lane));
        Assert.Equal(Partition.Capacity + 10, bench.Stats.Produced);
    }

    [Fact]
    public async Task RawLogThatFails_StopsNoTrade_AndIsSeenUntilItWorksAgain()
    {
        var bench = new Bench(new FullDisk(appends: 2), Bench.Name);
        var lane = bench.Lanes[0];
        bench.Run();

        await bench.Router.ReceiveAsync(lane.Spec.Symbol, bench.Trades(lane, 5), CancellationToken.None);
        Assert.Equal(5, await Bench.CountAsync(lane));
        Assert.Equal("the disk is full", bench.Router.LogError);

        await bench.Router.ReceiveAsync(lane.Spec.Symbol, bench.Trades(lane, 5, 9), CancellationToken.None);
        var gap = Assert.Single(await lane.AskAsync(session => session.Engine.Gaps, CancellationToken.None));
        Assert.Equal("the disk is full", bench.Router.LogError);

        await bench.Router.ApplyRepairAsync(
            lane.Spec.Symbol,
            new GapRepair([.. bench.Trades(lane, 3, 6).Select(received => received.Print)], [new GapOutcome(gap, [], null, null)]),
            CancellationToken.None);
        Assert.Equal(13, await Bench.CountAsync(lane));
        Assert.Null(bench.Router.LogError);
    }

    [Fact]
    public async Task FailedEngine_LeavesTheOthersOfItsPartitionAtWork()
    {
        var bench = new Bench(Bench.Name, "ETHUSDT");
        var (bad, good) = (bench.Lanes[0], bench.Lanes[1]);
        bench.Listener.When(listener => listener.OnTrade(bad.Spec, Arg.Any<ReceivedPrint>())).Do(_ => throw new OverflowException("too large"));
        bench.Run();

        await bench.Router.ReceiveAsync(bad.Spec.Symbol, bench.Trades(bad, 5), CancellationToken.None);
        await bench.Router.ReceiveAsync(good.Spec.Symbol, bench.Trades(good, 5), CancellationToken.None);
        await bench.Router.ReceiveAsync(bad.Spec.Symbol, bench.Trades(bad, 5, 6), CancellationToken.None);

        Assert.Equal(5, await Bench.CountAsync(good));
        Assert.Equal(1, await Bench.CountAsync(bad));
        Assert.Equal("too large", bad.Failure);
        Assert.Null(good.Failure);
    }

    /// <summary>A log that fails at first.</summary>
    private sealed class FullDisk(int appends) : ITradeLog
    {
        private int _left = appends;

        public ValueTask AppendAsync(SymbolSpec spec, ReadOnlyMemory<ReceivedPrint> prints, CancellationToken cancellationToken) =>
            _left-- > 0 ? throw new StorageException(StorageProblem.DiskFull, "the disk is full") : ValueTask.CompletedTask;

        public Task FlushAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<ReceivedPrint>> ReadByIdAsync(SymbolSpec spec, IdRange ids, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<ReceivedPrint>> ReadByTimeAsync(SymbolSpec spec, long fromMicros, long toMicros, int limit, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }

    [Fact]
    public async Task ReceiveAsync_LeavesOutWhatIsNotFollowed()
    {
        var bench = new Bench(Bench.Name);
        bench.Run();

        await bench.Router.ReceiveAsync(new Symbol("OTHERUSDT"), bench.Trades(bench.Lanes[0], 3), CancellationToken.None);

        Assert.Equal(0, bench.Stats.Produced);
        Assert.Equal(0, bench.Partition.Backlog);
    }
}
