using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Benchmarks.Ratios;

/// <summary>Hears everything and keeps a count, so that nothing is optimised away.</summary>
internal sealed class SilentObserver : ISymbolObserver
{
    public long Count { get; private set; }

    public long Alerts { get; private set; }

    public void OnCandle(in Candle candle) => Count++;

    public void OnWhale(in Sweep sweep) => Count++;

    public void OnGap(in Gap gap) => Count++;

    public void OnAlert(AlertTransition transition) => Alerts++;
}
