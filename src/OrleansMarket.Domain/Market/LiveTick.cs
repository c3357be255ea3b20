using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;

namespace OrleansMarket.Domain.Market;

/// <summary>One recorded tick of a session, and after it the symbol's line and its running candle for pages.</summary>
public static class LiveTick
{
    /// <summary>Runs the tick.</summary>
    /// <param name="session">The session.</param>
    /// <param name="wallMicros">Now on the exchange's clock as far as known, µs.</param>
    /// <param name="reading">What the pipeline says of itself; trading is expected unless the exchange says that the symbol rests.</param>
    /// <param name="events">Takes what pages show.</param>
    public static void Run(SymbolSession session, long wallMicros, in PipelineReading reading, IMarketEventSink events)
    {
        session.Tick(wallMicros, reading with { TradingExpected = reading.TradingExpected && session.TradingExpected });
        if (!events.HasReaders)
        {
            return;
        }

        var spec = session.Spec;
        events.Publish(new MarketEvent { Id = 0, Symbol = spec.Symbol, Overview = session.Overview(wallMicros) });
        foreach (var candle in session.Engine.LiveCandles(CandleInterval.OneMinute))
        {
            events.Publish(new MarketEvent { Id = 0, Symbol = spec.Symbol, Candle = CandleView.From(spec, in candle) });
        }
    }
}
