using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Standalone.Serving;

/// <summary>Once a second: a recorded tick for every engine, then the symbol's line and its running candle for the page.</summary>
internal sealed class TickLoop(EngineRouter router, IPipeline pipeline, MarketEvents events, TimeProvider clock, JobLog jobs)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets what says how far a symbol's last price is from what other venues say, percent; NaN when nobody can.</summary>
    public Func<SymbolSpec, decimal, double> SourceDeviation { get; set; } = (_, _) => double.NaN;

    /// <summary>Ticks until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => jobs.RepeatAsync("tick", Period, clock, _ => TickAsync(cancellationToken), cancellationToken);

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        var wall = pipeline.ExchangeNowMicros;
        var reading = pipeline.Reading;
        foreach (var lane in router.Lanes)
        {
            await lane.TellUnlessFullAsync(
                session => LiveTick.Run(session, wall, reading with { SourceDeviationPercent = DeviationOf(session) }, events), cancellationToken);
        }
    }

    private double DeviationOf(SymbolSession session) =>
        session.Engine.LastPrice is > 0 and var price ? SourceDeviation(session.Spec, session.Spec.Price(price)) : double.NaN;
}
