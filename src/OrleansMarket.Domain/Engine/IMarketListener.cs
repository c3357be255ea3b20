using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Engine;

/// <summary>Hears live what sessions conclude, for pages and metrics; must not block. Nothing rests on it.</summary>
public interface IMarketListener
{
    /// <summary>A print was counted.</summary>
    void OnTrade(SymbolSpec spec, in ReceivedPrint received);

    /// <summary>A window closed, or a closed one changed.</summary>
    void OnCandle(SymbolSpec spec, in Candle candle);

    /// <summary>A whale was seen or revised.</summary>
    void OnWhale(SymbolSpec spec, in Sweep sweep);

    /// <summary>A gap was opened or ended.</summary>
    void OnGap(GapView gap);

    /// <summary>An alert changed state.</summary>
    void OnAlert(SymbolSpec spec, AlertTransition transition);
}
