using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Market;

/// <summary>What pages, API and tests ask of a running product; each host implements it. Reading never changes anything.</summary>
public interface IMarket
{
    /// <summary>Gets what feeds the product; every answer with prices says so.</summary>
    FeedSource Source { get; }

    /// <summary>Every followed symbol at a glance, in the order of the configuration.</summary>
    Task<IReadOnlyList<SymbolOverview>> GetSymbolsAsync(CancellationToken cancellationToken);

    /// <summary>Everything known of one symbol, or <see langword="null"/> when it is not followed.</summary>
    Task<MarketState?> GetStateAsync(Symbol symbol, CancellationToken cancellationToken);

    /// <summary>Candles by time, oldest first, the running one included.</summary>
    Task<CandlePage> GetCandlesAsync(CandleQuery query, CancellationToken cancellationToken);

    /// <summary>Raw trades by id or time, oldest first.</summary>
    Task<TradePage> GetTradesAsync(TradeQuery query, CancellationToken cancellationToken);

    /// <summary>Whale sweeps, newest first.</summary>
    Task<WhalePage> GetWhalesAsync(WhaleQuery query, CancellationToken cancellationToken);

    /// <summary>Gaps, newest first: those open, and those closed within the retention.</summary>
    Task<IReadOnlyList<GapView>> GetGapsAsync(Symbol? symbol, CancellationToken cancellationToken);

    /// <summary>How the pipeline does.</summary>
    Task<PipelineHealth> GetHealthAsync(CancellationToken cancellationToken);

    /// <summary>Live events. A reader too slow loses the oldest ones and sees <see cref="MarketEvent.Dropped"/> rise.</summary>
    IAsyncEnumerable<MarketEvent> WatchAsync(WatchQuery query, CancellationToken cancellationToken);
}
