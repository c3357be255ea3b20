using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansMarket.Cluster.Tests.Symbols;
using OrleansMarket.Contracts.Trades;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Telemetry;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Telemetry;

public sealed class TradeTracesTests : IDisposable
{
    private static readonly Symbol Btc = new("BTCUSDT");

    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public TradeTracesTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TradeTraces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void BeginPublish_FollowsTheShare()
    {
        var traces = new TradeTraces(0.25);
        var followed = 0;
        for (var batch = 0; batch < 10_000; batch++)
        {
            using var activity = traces.BeginPublish(Btc, 1_700_000_000_000_000, 3);
            followed += activity is null ? 0 : 1;
        }

        followed.ShouldBeInRange(2_200, 2_800);
    }

    [Fact]
    public void BeginPublish_BeginsATraceAtTheFrame_WhateverRunsAround()
    {
        using var around = new Activity("around").Start();

        using var activity = new TradeTraces(1).BeginPublish(Btc, 1_700_000_000_000_000, 3);

        activity!.ParentId.ShouldBeNull();
        activity.TraceId.ShouldNotBe(around.TraceId);
        activity.StartTimeUtc.ShouldBe(DateTime.UnixEpoch.AddMicroseconds(1_700_000_000_000_000));
    }

    [Fact]
    public void Batch_ThatNobodyFollows_CostsNoAllocationAndNoByte()
    {
        var traces = new TradeTraces(0);
        traces.BeginPublish(Btc, 1, 1).ShouldBeNull();
        TradeTraces.BeginApply(Btc, null).ShouldBeNull();

        // The runtime may load a class in between, but not each time.
        Math.Min(Allocated(), Allocated()).ShouldBe(0);

        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        byte[] payload = [1, 2, 3];
        serializer.SerializeToArray(new TradeBatch(payload)).Length.ShouldBe(serializer.SerializeToArray(new UntracedBatch(payload)).Length);

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var batch = 0; batch < 1_000; batch++)
            {
                _ = traces.BeginPublish(Btc, 1, 1);
                _ = TradeTraces.BeginApply(Btc, null);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Batch_OfABuildWithoutTraces_IsRead()
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer<TradeBatch>>();
        var old = services.GetRequiredService<Serializer<UntracedBatch>>();

        // Both as the type that is asked for, so that the name in the bytes does not matter.
        serializer.Deserialize(old.SerializeToArray(new UntracedBatch([1, 2, 3])))!.Payload.ShouldBe([1, 2, 3]);
        old.Deserialize(serializer.SerializeToArray(new TradeBatch([4, 5]) { Trace = "00-1" }))!.Payload.ShouldBe([4, 5]);
        serializer.Deserialize(serializer.SerializeToArray(new TradeBatch([6]) { Trace = "00-2" }))!.Trace.ShouldBe("00-2");
    }

    [Fact]
    public async Task Alert_OfTradesThatNobodyFollows_IsFollowedFromItsFrame()
    {
        await using var bench = await GrainBench.StartAsync();
        await bench.Grain.SetRulesAsync(
            [new AlertRule { Id = "any", Name = "Any move", Signal = Signal.BuyShare1m, Direction = AlertDirection.Above, Enter = 0.01, Exit = 0.005, Cooldown = TimeSpan.Zero }],
            CancellationToken.None);
        await bench.TradeAsync(1, 900);
        (await bench.SaveAsync()).ShouldBeTrue();

        // Other tests of this process may end spans meanwhile, also the last ones of an alert that was raised before this one listened.
        var (record, handOn, raise) = _ended.Where(activity => activity.OperationName == TradeTraces.Record)
            .SelectMany(record => _ended.Where(handOn => handOn.SpanId == record.ParentSpanId).Select(handOn => (record, handOn)))
            .SelectMany(way => _ended.Where(raise => raise.SpanId == way.handOn.ParentSpanId).Select(raise => (way.record, way.handOn, raise)))
            .First();
        handOn.OperationName.ShouldBe(TradeTraces.HandOn);
        raise.OperationName.ShouldBe(TradeTraces.Raise);
        raise.ParentId.ShouldBeNull();
        raise.StartTimeUtc.ShouldBe(DateTime.UnixEpoch.AddMicroseconds(GrainBench.Start));
    }
}

/// <summary>The batch of the build before traces; its name has as many letters.</summary>
[GenerateSerializer]
[Immutable]
[Alias("market.trade-batch.v0")]
internal sealed record UntracedBatch([property: Id(0)] byte[] Payload);
