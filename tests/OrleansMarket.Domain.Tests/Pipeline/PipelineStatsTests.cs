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
    public void OnApplied_TimesEveryPrintOfALargeBatch()
    {
        const int prints = 1_300;
        var now = _stats.NowMicros;
        _stats.OnApplied(
            Spec.Symbol,
            [.. Enumerable.Range(1, prints).Select(id => new ReceivedPrint(Print.Trade(Spec, id, now, 100, 1, TakerSide.Buy), now - (3_000 * id), now - (1_000 * id)))],
            _stats.Timestamp);

        var latency = _stats.Describe().Latency.ToDictionary(stage => stage.Stage);
        Assert.Equal((prints, 2d * prints), (latency["exchange"].Count, latency["exchange"].Max));
        Assert.Equal((prints, 1d * prints), (latency["queue"].Count, latency["queue"].Max));
        Assert.Equal((prints, 3d * prints), (latency["total"].Count, latency["total"].Max));
        Assert.Equal(prints, _stats.Produced);
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
