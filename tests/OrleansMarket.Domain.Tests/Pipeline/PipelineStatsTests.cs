using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit;

namespace OrleansMarket.Domain.Tests.Pipeline;

public sealed class PipelineStatsTests
{
    private static readonly SymbolSpec Spec = new(new Symbol("BTCUSDT"), 2, 5);

    private readonly ManualTimeProvider _clock = new();
    private readonly PipelineStats _stats;

    public PipelineStatsTests() => _stats = new(_clock);

    [Fact]
    public void OnApplied_TimesTheEngine()
    {
        var begun = _stats.Timestamp;
        _clock.Advance(TimeSpan.FromMilliseconds(3));
        var now = _stats.NowMicros;
        _stats.OnApplied(Spec.Symbol, [new ReceivedPrint(Print.Trade(Spec, 1, now, 100, 1, TakerSide.Buy), now, now)], begun);

        var engine = _stats.Describe().Latency.Single(stage => stage.Stage == "engine");
        Assert.Equal(1, engine.Count);
        Assert.InRange(engine.P50, 2.9, 3.1);
    }

    [Fact]
    public void OnAlertTold_CountsFromTheDecision_ButNotAcrossHours()
    {
        _stats.OnAlertTold(_stats.NowMicros - (7 * Micros.PerSecond));
        _stats.OnAlertTold(_stats.NowMicros - Micros.PerDay);

        var alert = _stats.Describe().Latency.Single(stage => stage.Stage == "alert");
        Assert.Equal(1, alert.Count);
        Assert.InRange(alert.P50, 6_800, 7_200);
    }
}
