using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Domain.Engine;

/// <summary>Hears what an engine concludes, in order, on the thread that feeds it.</summary>
public interface ISymbolObserver
{
    /// <summary>A window closed, or a closed one was revised or rose in status.</summary>
    void OnCandle(in Candle candle);

    /// <summary>A sweep reached the whale threshold, or a reported one was revised.</summary>
    void OnWhale(in Sweep sweep);

    /// <summary>A gap was opened, narrowed, given up, repaired or expired.</summary>
    void OnGap(in Gap gap);

    /// <summary>An alert changed state.</summary>
    void OnAlert(AlertTransition transition);

    /// <summary>A second of event time was concluded. The frame is reused: read it now. By default nobody listens.</summary>
    void OnSecond(SignalFrame frame)
    {
    }
}
