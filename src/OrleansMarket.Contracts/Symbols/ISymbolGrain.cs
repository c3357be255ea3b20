using OrleansMarket.Contracts.Market;
using OrleansMarket.Contracts.Trades;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Contracts.Symbols;

/// <summary>The engine of one symbol: hears its trades, keeps what follows from them, answers questions. Key: the symbol.</summary>
[Alias("market.symbol")]
public interface ISymbolGrain : IGrainWithStringKey
{
    /// <summary>Makes sure that the engine runs somewhere.</summary>
    [Alias("keep")]
    Task KeepAsync(CancellationToken cancellationToken);

    /// <summary>What the engine says of itself.</summary>
    [Alias("report")]
    Task<EngineReport> ReportAsync(long nowMicros, CancellationToken cancellationToken);

    /// <summary>Everything known of the symbol.</summary>
    [Alias("describe")]
    Task<MarketState> DescribeAsync(long nowMicros, CancellationToken cancellationToken);

    /// <summary>Candles that are not in the store yet, by open time.</summary>
    [Alias("unstored-candles")]
    Task<Candle[]> GetUnstoredCandlesAsync(CandleInterval interval, CancellationToken cancellationToken);

    /// <summary>Where repairs and comparisons stand.</summary>
    [Alias("progress")]
    Task<EngineProgress> GetProgressAsync(CancellationToken cancellationToken);

    /// <summary>Takes a print that was refused before.</summary>
    [Alias("apply")]
    Task<ApplyResult> ApplyAsync(TradeBatch print, CancellationToken cancellationToken);

    /// <summary>Applies what an attempt at the gaps brought.</summary>
    /// <param name="found">The trades that were found, by id.</param>
    /// <param name="outcomes">What became of each gap that was tried.</param>
    /// <param name="cancellationToken">Gives up.</param>
    [Alias("repair-gaps")]
    Task ApplyRepairAsync(TradeBatch[] found, GapOutcome[] outcomes, CancellationToken cancellationToken);

    /// <summary>Trades may have been missed.</summary>
    [Alias("interrupt")]
    Task InterruptAsync(CancellationToken cancellationToken);

    /// <summary>Tells the exchange's own last id, as asked after an interruption.</summary>
    [Alias("confirm-last-id")]
    Task ConfirmLastIdAsync(long lastId, long askedMicros, long interruptedMicros, CancellationToken cancellationToken);

    /// <summary>Raises a stored candle to verified, or flags it as mismatched for the given reason.</summary>
    [Alias("mark-compared")]
    Task MarkComparedAsync(Candle candle, string? difference, CancellationToken cancellationToken);

    /// <summary>Makes a minute anew; answers whether it did.</summary>
    [Alias("rebuild")]
    Task<bool> RebuildAsync(CandleRebuild rebuild, CancellationToken cancellationToken);

    /// <summary>Tells what the exchange says of the symbol now.</summary>
    [Alias("status")]
    Task SetStatusAsync(SymbolStatus status, CancellationToken cancellationToken);

    /// <summary>Takes a USD rate of the quote asset.</summary>
    [Alias("rate")]
    Task OnRateAsync(UsdRate rate, CancellationToken cancellationToken);

    /// <summary>Takes what is usual in each hour of the week.</summary>
    [Alias("season")]
    Task SetSeasonAsync(HourOfWeekBaseline season, CancellationToken cancellationToken);

    /// <summary>Replaces the alert rules.</summary>
    [Alias("rules")]
    Task SetRulesAsync(AlertRule[] rules, CancellationToken cancellationToken);

    /// <summary>Resolves an alert by hand; answers whether it was active.</summary>
    [Alias("resolve")]
    Task<bool> ResolveAlertAsync(AlertKey key, CancellationToken cancellationToken);

    /// <summary>Saves the hot state now and hands everything on that waits; answers whether all of it is durable.</summary>
    [Alias("save")]
    Task<bool> SaveAsync(CancellationToken cancellationToken);

    /// <summary>Shows live events to a page's silo for a while; to be said again all the time.</summary>
    [Alias("watch")]
    Task WatchAsync(IMarketEventObserver observer);
}
