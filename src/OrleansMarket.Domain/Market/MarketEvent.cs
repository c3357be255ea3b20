using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Market;

/// <summary>One live event. Exactly one payload is set.</summary>
public sealed record MarketEvent
{
    /// <summary>Gets the number of the event; rises by one.</summary>
    public required long Id { get; init; }

    /// <summary>Gets the pair; for a price the asset against the dollar (BTCUSD).</summary>
    public required Symbol Symbol { get; init; }

    /// <summary>Gets a trade (sampled: at most a few per second and symbol).</summary>
    public TradeView? Trade { get; init; }

    /// <summary>Gets a candle that closed, was revised, or is running.</summary>
    public CandleView? Candle { get; init; }

    /// <summary>Gets the symbol's line.</summary>
    public SymbolOverview? Overview { get; init; }

    /// <summary>Gets a whale.</summary>
    public WhaleView? Whale { get; init; }

    /// <summary>Gets an alert.</summary>
    public AlertView? Alert { get; init; }

    /// <summary>Gets a gap.</summary>
    public GapView? Gap { get; init; }

    /// <summary>Gets an asset's price in USD.</summary>
    public AssetPrice? Price { get; init; }

    /// <summary>Gets how many events this reader lost by being slow.</summary>
    public long Dropped { get; init; }
}

/// <summary>What a live reader wants.</summary>
/// <param name="Symbols">Only these, or all when empty.</param>
/// <param name="Kinds">Only these kinds (trade, candle, market, whale, alert, gap, price), or all when empty.</param>
public sealed record WatchQuery(IReadOnlySet<Symbol> Symbols, IReadOnlySet<string> Kinds);
