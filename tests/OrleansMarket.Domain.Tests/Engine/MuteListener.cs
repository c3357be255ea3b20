using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Engine;

/// <summary>Nobody listens.</summary>
internal sealed class MuteListener : IMarketListener
{
    public static MuteListener Instance { get; } = new();

    public void OnTrade(SymbolSpec spec, in ReceivedPrint received)
    {
    }

    public void OnCandle(SymbolSpec spec, in Candle candle)
    {
    }

    public void OnWhale(SymbolSpec spec, in Sweep sweep)
    {
    }

    public void OnGap(GapView gap)
    {
    }

    public void OnAlert(SymbolSpec spec, AlertTransition transition)
    {
    }
}
