using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using OrleansMarket.Contracts.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Sources;
using OrleansMarket.Silo.Hosting;
using OrleansMarket.Silo.Streams;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Binance;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Hosting;

public sealed class SiloPipelineTests : IDisposable
{
    private static readonly MarketPulse NobodyFollows = new() { Pipeline = new PipelineState { Feed = FeedStatus.Starting } };

    private readonly ManualTimeProvider _clock = new();
    private readonly IMarketGrain _market = Substitute.For<IMarketGrain>();
    private readonly SiloPipeline _pipeline;
    private int _pulses;

    public SiloPipelineTests()
    {
        var grains = Substitute.For<IGrainFactory>();
        grains.GetGrain<IMarketGrain>(IMarketGrain.Key).Returns(_market);
        var silo = Substitute.For<ILocalSiloDetails>();
        silo.SiloAddress.Returns(SiloAddress.New(System.Net.IPAddress.Loopback, 11_111, 1));
        _pipeline = new SiloPipeline(grains, silo, new PipelineStats(_clock), new PipelineParts(), _clock, NullLogger<SiloPipeline>.Instance, new LocalMarket(), new StreamOptions());
    }

    public void Dispose() => _pipeline.Dispose();

    [Fact]
    public async Task ClusterWithoutIngress_StopsTheStart_AndNamesTheSetting()
    {
        Answer(_ => NobodyFollows);
        var starting = _pipeline.StartAsync(CancellationToken.None);
        await PassAsync(seconds: 299);
        starting.IsCompleted.ShouldBeFalse();
        await PassAsync(seconds: 1);

        (await Should.ThrowAsync<MarketStartException>(() => starting)).Message
            .ShouldBe("Cluster:Roles: expected a silo with the role ingress in the cluster, found none for 5 minutes: give it to one of them");
    }

    [Fact]
    public async Task ClusterThatCannotBeAsked_IsWaitedFor()
    {
        _market.PulseAsync(default!, default).ThrowsAsyncForAnyArgs(_ =>
        {
            Interlocked.Increment(ref _pulses);
            return new TimeoutException("no answer");
        });
        var starting = _pipeline.StartAsync(CancellationToken.None);
        await PassAsync(seconds: 320);
        starting.IsCompleted.ShouldBeFalse();

        Answer(_ => NobodyFollows with { Followed = new FollowedMarket(new FeedSource(FeedKind.Live, "test"), []) });
        await PassAsync(seconds: 1);
        await starting;
        await _pipeline.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task WhatWasFollowed_StillIs_WhileTheClusterHasNotHeardOfAnIngressAgain()
    {
        var (source, spec) = (new FeedSource(FeedKind.Live, "test"), FakeTape.FromModel(Micros.PerDay, TimeSpan.FromSeconds(1), 1, 1, "BTCUSDT").Symbols.Values.Single().Spec);
        Answer(_ => NobodyFollows with { Followed = new FollowedMarket(source, [spec]) });
        await _pipeline.StartAsync(CancellationToken.None);

        Answer(_ => NobodyFollows with { Leads = true });
        await PassAsync(seconds: 2);
        _pipeline.Leads.ShouldBeTrue();
        _pipeline.Source.ShouldBe(source);
        _pipeline.Symbols.ShouldBe([spec]);
        await _pipeline.StopAsync(CancellationToken.None);
    }

    private void Answer(Func<SiloReport, MarketPulse> answer) => _market.PulseAsync(default!, default).ReturnsForAnyArgs(call =>
    {
        Interlocked.Increment(ref _pulses);
        return answer(call.ArgAt<SiloReport>(0));
    });

    /// <summary>Lets time pass, each second once the pulse of the one before was answered.</summary>
    private async Task PassAsync(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            var before = Volatile.Read(ref _pulses);
            await Eventually.BecomesTrueAsync(
                () =>
                {
                    if (Volatile.Read(ref _pulses) == before)
                    {
                        _clock.Advance(TimeSpan.FromSeconds(1));
                    }

                    return Volatile.Read(ref _pulses) > before;
                },
                "a pulse", TimeSpan.FromSeconds(60), TimeSpan.FromMilliseconds(1));
        }
    }
}
