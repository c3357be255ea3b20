using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Standalone.Serving;

namespace OrleansMarket.Standalone.Tests.Serving;

public sealed class CommitLoopTests
{
    private readonly Bench _bench = new(Bench.Name, "ETHUSDT");
    private readonly IEngineStateStore _states = Substitute.For<IEngineStateStore>();
    private readonly List<IReadOnlyList<EngineCommit>> _stored = [];
    private bool _broken;

    public CommitLoopTests()
    {
        _bench.Run();
        _states.CommitAsync(Arg.Any<IReadOnlyList<EngineCommit>>(), Arg.Any<CancellationToken>()).Returns(call =>
        {
            if (_broken)
            {
                throw new StoreBrokenException();
            }

            _stored.Add(call.Arg<IReadOnlyList<EngineCommit>>());
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task CommitAsync_PutsBackWhatCouldNotBeStored()
    {
        using var loop = Loop();
        await ReceiveAsync(_bench.Lanes[0], 3_000, 1);
        _broken = true;

        Assert.False(await loop.CommitAsync(everything: true, CancellationToken.None));
        Assert.Equal("the store is broken", loop.Error);
        await ReceiveAsync(_bench.Lanes[0], 3_000, 3_001);
        _broken = false;
        Assert.True(await loop.CommitAsync(everything: true, CancellationToken.None));

        Assert.Null(loop.Error);
        var commit = Assert.Single(Assert.Single(_stored));
        var seconds = commit.Candles.Where(candle => candle.Interval == CandleInterval.OneSecond).Select(candle => candle.FirstId).ToList();
        Assert.True(seconds.Count >= 4, $"{seconds.Count} seconds");
        Assert.Equal(1, seconds.Min());
        Assert.NotNull(commit.State);
    }

    [Fact]
    public async Task StoreThatFailsForLong_StopsTheEngineUntilEverythingIsKept_AndWhatCameMeanwhileIsAGap()
    {
        var series = Substitute.For<ISeriesSink>();
        using var loop = Loop(series);
        var lane = _bench.Lanes[0];
        _broken = true;
        await ReceiveAsync(lane, 80_000, 1);
        Assert.False(await loop.CommitAsync(everything: true, CancellationToken.None));
        Assert.True(lane.IsFull);
        Assert.Equal($"the store is broken; too much waits, so these take no trades until it is kept, and catch up then: {Bench.Name}", loop.Describe());

        await ReceiveAsync(lane, 1_000, 80_001);
        Assert.False(await loop.CommitAsync(everything: true, CancellationToken.None));
        Assert.Equal(80_000, await Bench.CountAsync(lane));
        await _bench.Log.Received(2).AppendAsync(lane.Spec, Arg.Any<ReadOnlyMemory<ReceivedPrint>>(), Arg.Any<CancellationToken>());
        await ReceiveAsync(_bench.Lanes[1], 10, 1);
        Assert.Equal(10, await Bench.CountAsync(_bench.Lanes[1]));

        _broken = false;
        Assert.True(await loop.CommitAsync(everything: true, CancellationToken.None));
        Assert.Null(loop.Describe());
        var commit = Assert.Single(Assert.Single(_stored), commit => commit.Spec == lane.Spec);
        Assert.True(commit.Candles.Count(candle => candle.Interval == CandleInterval.OneSecond) >= 79);
        await series.Received(2).AppendAsync(Arg.Any<IReadOnlyList<EngineCommit>>(), Arg.Any<CancellationToken>());

        await ReceiveAsync(lane, 1_000, 81_001);
        var gap = Assert.Single((await _bench.Router.GetProgressAsync(lane.Spec.Symbol, CancellationToken.None)).Gaps);
        Assert.Equal(new IdRange(80_001, 81_000), gap.Missing);
    }

    [Fact]
    public async Task CommitAsync_WritesABaseOnceAndThenOnlyWhatHappenedSince()
    {
        using var loop = Loop();
        await ReceiveAsync(_bench.Lanes[0], 40_000, 1);
        Assert.True(await loop.CommitAsync(everything: true, CancellationToken.None));
        Assert.NotNull(Assert.Single(_stored[^1]).Base);

        await ReceiveAsync(_bench.Lanes[0], 10, 40_001);
        Assert.True(await loop.CommitAsync(everything: true, CancellationToken.None));
        Assert.Null(Assert.Single(_stored[^1]).Base);
    }

    [Fact]
    public async Task CommitAsync_FlushesTheRawLogBeforeTheState()
    {
        using var loop = Loop();
        await ReceiveAsync(_bench.Lanes[0], 10, 1);

        await loop.CommitAsync(everything: true, CancellationToken.None);

        Received.InOrder(() =>
        {
            _bench.Log.FlushAsync(Arg.Any<CancellationToken>());
            _states.CommitAsync(Arg.Any<IReadOnlyList<EngineCommit>>(), Arg.Any<CancellationToken>());
        });
    }

    [Fact]
    public async Task CommitAsync_BringsConclusionsToTheSeriesBeforeTheyAreForgotten()
    {
        var series = Substitute.For<ISeriesSink>();
        using var loop = Loop(series);
        await ReceiveAsync(_bench.Lanes[0], 3_000, 1);

        Assert.True(await loop.CommitAsync(everything: true, CancellationToken.None));

        Received.InOrder(() =>
        {
            series.AppendAsync(Arg.Is<IReadOnlyList<EngineCommit>>(commits => commits.Single().Candles.Count > 0), Arg.Any<CancellationToken>());
            _states.CommitAsync(Arg.Any<IReadOnlyList<EngineCommit>>(), Arg.Any<CancellationToken>());
        });
    }

    [Fact]
    public async Task CommitAsync_GoesOnWithoutTheSeries()
    {
        var series = Substitute.For<ISeriesSink>();
        series.AppendAsync(Arg.Any<IReadOnlyList<EngineCommit>>(), Arg.Any<CancellationToken>()).Returns(Task.FromException(new IOException("no space")));
        using var loop = Loop(series);
        await ReceiveAsync(_bench.Lanes[0], 3_000, 1);

        Assert.True(await loop.CommitAsync(everything: true, CancellationToken.None));
        Assert.Null(loop.Error);
        Assert.Single(_stored);
    }

    [Fact]
    public async Task SeriesThatFails_AfterTheStoreHasTakenACommit_HasNothingStoredTwice()
    {
        var series = Substitute.For<ISeriesSink>();
        using var loop = Loop(series);
        await ReceiveAsync(_bench.Lanes[0], 3_000, 1);
        _broken = true;
        Assert.False(await loop.CommitAsync(everything: true, CancellationToken.None));

        // The store takes what waited, and goes before the series; that fails as only a defect does.
        _broken = false;
        series.AppendAsync(default!, default).ReturnsForAnyArgs(Task.FromException(new InvalidOperationException("a defect")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => loop.CommitAsync(everything: true, CancellationToken.None));
        Assert.Null(loop.Error);
        Assert.NotEmpty(Assert.Single(Assert.Single(_stored)).Candles);

        series.AppendAsync(default!, default).ReturnsForAnyArgs(Task.CompletedTask);
        Assert.True(await loop.CommitAsync(everything: true, CancellationToken.None));
        Assert.Single(_stored);
        await ReceiveAsync(_bench.Lanes[0], 10, 3_001);
        Assert.True(await loop.CommitAsync(everything: true, CancellationToken.None));
        Assert.Empty(_stored[0][0].Candles.Select(Key).Intersect(_stored[1][0].Candles.Where(candle => candle.LastId <= 3_000).Select(Key)));

        static (CandleInterval Interval, long Open) Key(Candle candle) => (candle.Interval, candle.OpenTimeMicros);
    }

    [Fact]
    public async Task CommitAsync_LeavesAFailedEngineAtItsLastGoodState()
    {
        using var loop = Loop();
        await ReceiveAsync(_bench.Lanes[0], 10, 1);
        await ReceiveAsync(_bench.Lanes[1], 10, 1);
        _bench.Lanes[0].Failure = "too large";

        Assert.True(await loop.CommitAsync(everything: true, CancellationToken.None));

        Assert.Equal(_bench.Lanes[1].Spec, Assert.Single(Assert.Single(_stored)).Spec);
    }

    [Fact]
    public async Task CommitAsync_StoresNothingWhenNothingChanged()
    {
        using var loop = Loop();

        Assert.True(await loop.CommitAsync(everything: true, CancellationToken.None));

        Assert.Empty(_stored);
    }

    private CommitLoop Loop(ISeriesSink? series = null) => new(_bench.Router, _states, _bench.Log, _bench.Stats, 64, _bench.Clock, NullLogger<CommitLoop>.Instance, series);

    private async Task ReceiveAsync(Lane lane, int count, long firstId) =>
        await _bench.Router.ReceiveAsync(lane.Spec.Symbol, _bench.Trades(lane, count, firstId), CancellationToken.None);

    private sealed class StoreBrokenException() : Exception("the store is broken");
}
