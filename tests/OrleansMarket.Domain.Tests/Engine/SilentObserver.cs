using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Domain.Tests.Engine;

/// <summary>Listens to nothing.</summary>
internal sealed class SilentObserver : ISymbolObserver
{
    public static SilentObserver Instance { get; } = new();

    public void OnCandle(in Candle candle)
    {
    }

    public void OnWhale(in Sweep sweep)
    {
    }

    public void OnGap(in Gap gap)
    {
    }

    public void OnAlert(AlertTransition transition)
    {
    }
}
