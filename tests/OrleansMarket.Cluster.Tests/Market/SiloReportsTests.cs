using OrleansMarket.Contracts.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Market;
using OrleansMarket.TestKit;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Market;

public sealed class SiloReportsTests
{
    private static readonly Symbol Btc = new("BTCUSDT");

    private readonly SiloReports _reports = new(new ManualTimeProvider());

    [Fact]
    public void Take_CountsWhatOneSiloHasReadAndNoOtherHasApplied()
    {
        _reports.Take(Report("ingress", new SymbolProgress(Btc, 5_000, null)));

        var pulse = _reports.Take(Report("market", new SymbolProgress(Btc, null, 4_200)));

        pulse.Pipeline.Backlog.ShouldBe(800);
        _reports.Take(Report("market", new SymbolProgress(Btc, null, 5_000))).Pipeline.Backlog.ShouldBe(0);
    }

    [Fact]
    public void Take_HasTheLimitOfTheOneThatTellsIt()
    {
        _reports.Take(Report("leader") with { Pipeline = State with { BacklogLimit = 131_072 } });

        _reports.Take(Report("other")).Pipeline.BacklogLimit.ShouldBe(131_072);
    }

    private static PipelineState State => new() { Feed = FeedStatus.Starting };

    private static SiloReport Report(string silo, params SymbolProgress[] progress) => new() { Silo = silo, Pipeline = State, Progress = progress };
}
