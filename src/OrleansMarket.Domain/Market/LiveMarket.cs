using System.Collections.Concurrent;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Market;

/// <summary>
/// Turns what sessions conclude into live events, trades sampled; single trades into time series where they are wanted. Does nothing while nobody
/// listens.
/// </summary>
public sealed class LiveMarket(IMarketEventSink events, ISeriesSink? series = null) : IMarketListener
{
    private const long SampleMicros = 250 * Micros.PerMillisecond;

    private readonly ConcurrentDictionary<Symbol, long> _sampled = new();

    /// <inheritdoc/>
    public void OnTrade(SymbolSpec spec, in ReceivedPrint received)
    {
        series?.OnTrade(spec, in received);
        if (!events.HasReaders || (_sampled.TryGetValue(spec.Symbol, out var last) && received.ReceivedTimeMicros - last is >= 0 and < SampleMicros))
        {
            return;
        }

        _sampled[spec.Symbol] = received.ReceivedTimeMicros;
        events.Publish(new MarketEvent { Id = 0, Symbol = spec.Symbol, Trade = TradeView.From(spec, in received) });
    }

    /// <inheritdoc/>
    public void OnCandle(SymbolSpec spec, in Candle candle)
    {
        if (events.HasReaders)
        {
            events.Publish(new MarketEvent { Id = 0, Symbol = spec.Symbol, Candle = CandleView.From(spec, in candle) });
        }
    }

    /// <inheritdoc/>
    public void OnWhale(SymbolSpec spec, in Sweep sweep)
    {
        if (events.HasReaders)
        {
            events.Publish(new MarketEvent { Id = 0, Symbol = spec.Symbol, Whale = WhaleView.From(spec, in sweep) });
        }
    }

    /// <inheritdoc/>
    public void OnGap(GapView gap) => events.Publish(new MarketEvent { Id = 0, Symbol = gap.Symbol, Gap = gap });

    /// <inheritdoc/>
    public void OnAlert(SymbolSpec spec, AlertTransition transition)
    {
        // Alerts are shown once they are recorded, so that the page never knows more than a restart would.
    }
}
