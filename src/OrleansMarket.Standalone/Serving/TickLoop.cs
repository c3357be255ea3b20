using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Standalone.Serving;

/// <summary>Once a second: a recorded tick for every engine, then the symbol's line and its running candle for the page.</summary>
internal sealed class TickLoop(EngineRouter router, ITradeFeed feed, PipelineStats stats, MarketEvents events, MarketQueries queries, TimeProvider clock)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Ticks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var wall = queries.ExchangeNowMicros;
            var lag = stats.Total.Describe(stats.NowMicros);
            foreach (var lane in router.Lanes)
            {
                var expected = lane.Status is SymbolStatus.Trading or SymbolStatus.Unknown && (feed.Source.Kind != FeedKind.Replay);
                var reading = new PipelineReading(lag.Count == 0 ? double.NaN : lag.P99 / 1_000, stats.DeadLettersPerThousand(), double.NaN, expected);
                var running = await lane.AskAsync(
                    session =>
                    {
                        session.Tick(wall, in reading);
                        return events.HasReaders ? session.Engine.LiveCandles(CandleInterval.OneMinute) : [];
                    },
                    cancellationToken);
                await PublishAsync(lane, running, cancellationToken);
            }
        }
    }

    private async Task PublishAsync(Lane lane, IReadOnlyList<Candle> running, CancellationToken cancellationToken)
    {
        if (!events.HasReaders)
        {
            return;
        }

        var overview = await queries.DescribeAsync(lane, cancellationToken);
        events.Publish(new MarketEvent { Id = 0, Symbol = lane.Spec.Symbol, Overview = overview });
        foreach (var candle in running)
        {
            events.Publish(new MarketEvent { Id = 0, Symbol = lane.Spec.Symbol, Candle = CandleView.From(lane.Spec, in candle) });
        }
    }
}
