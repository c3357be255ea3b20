using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Engine;

/// <summary>Hears nothing, for sessions that nobody watches.</summary>
public sealed class SilentListener : IMarketListener
{
    private SilentListener()
    {
    }

    /// <summary>Gets the one that there needs to be.</summary>
    public static SilentListener Instance { get; } = new();

    /// <inheritdoc/>
    public void OnTrade(SymbolSpec spec, in ReceivedPrint received)
    {
    }

    /// <inheritdoc/>
    public void OnCandle(SymbolSpec spec, in Candle candle)
    {
    }

    /// <inheritdoc/>
    public void OnWhale(SymbolSpec spec, in Sweep sweep)
    {
    }

    /// <inheritdoc/>
    public void OnGap(GapView gap)
    {
    }

    /// <inheritdoc/>
    public void OnAlert(SymbolSpec spec, AlertTransition transition)
    {
    }
}
