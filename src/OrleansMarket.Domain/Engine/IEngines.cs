using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Engine;

/// <summary>The running engines, one per followed symbol, wherever they live: partitions of one process or grains of a cluster.</summary>
public interface IEngines
{
    /// <summary>Gets the followed symbols and their scales, in the order of the configuration.</summary>
    IReadOnlyList<SymbolSpec> Symbols { get; }

    /// <summary>What an engine says of itself.</summary>
    /// <param name="symbol">The symbol.</param>
    /// <param name="nowMicros">Now on the exchange's clock as far as known, µs; ages count from it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<EngineReport> ReportAsync(Symbol symbol, long nowMicros, CancellationToken cancellationToken);

    /// <summary>Everything known of a symbol.</summary>
    /// <param name="symbol">The symbol.</param>
    /// <param name="nowMicros">Now on the exchange's clock as far as known, µs; ages count from it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<MarketState> DescribeAsync(Symbol symbol, long nowMicros, CancellationToken cancellationToken);

    /// <summary>Candles that are not in the store yet: concluded but not stored, waiting behind a gap, or running. By open time.</summary>
    Task<IReadOnlyList<Candle>> GetUnstoredCandlesAsync(Symbol symbol, CandleInterval interval, CancellationToken cancellationToken);

    /// <summary>Where a symbol's repairs stand.</summary>
    Task<EngineProgress> GetProgressAsync(Symbol symbol, CancellationToken cancellationToken);

    /// <summary>Takes a print that was refused before, and keeps it in the raw log when it is accepted.</summary>
    Task<ApplyResult> ApplyAsync(Symbol symbol, ReceivedPrint received, CancellationToken cancellationToken);

    /// <summary>Applies what an attempt at the symbol's gaps brought, and remembers why the rest is missing.</summary>
    Task ApplyRepairAsync(Symbol symbol, GapRepair repair, CancellationToken cancellationToken);

    /// <summary>Tells the engine the exchange's own last id.</summary>
    /// <param name="symbol">The symbol.</param>
    /// <param name="last">The exchange's answer.</param>
    /// <param name="interruptedMicros">What <see cref="EngineProgress.InterruptedMicros"/> said before the exchange was asked.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task ConfirmLastIdAsync(Symbol symbol, LastTrade last, long interruptedMicros, CancellationToken cancellationToken);

    /// <summary>Raises a stored candle to verified, or flags it as mismatched for the given reason.</summary>
    /// <param name="symbol">The symbol.</param>
    /// <param name="candle">The candle as it was compared.</param>
    /// <param name="difference">What differs from the exchange's own, for people; <see langword="null"/> when nothing does.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task MarkComparedAsync(Symbol symbol, Candle candle, string? difference, CancellationToken cancellationToken);

    /// <summary>Makes a minute anew from trades that were read again; answers whether it did.</summary>
    Task<bool> RebuildAsync(Symbol symbol, CandleRebuild rebuild, CancellationToken cancellationToken);

    /// <summary>Tells what the exchange says of a symbol now.</summary>
    Task SetStatusAsync(Symbol symbol, SymbolStatus status, CancellationToken cancellationToken);

    /// <summary>Hands a USD rate to every engine whose quote asset it values.</summary>
    Task OnRateAsync(UsdRate rate, CancellationToken cancellationToken);

    /// <summary>Hands an engine what is usual in each hour of the week.</summary>
    Task SetSeasonAsync(Symbol symbol, HourOfWeekBaseline season, CancellationToken cancellationToken);

    /// <summary>Replaces the alert rules of every engine.</summary>
    Task SetRulesAsync(IReadOnlyList<AlertRule> rules, CancellationToken cancellationToken);

    /// <summary>Resolves an alert by hand; answers whether it was active.</summary>
    Task<bool> ResolveAlertAsync(AlertKey key, CancellationToken cancellationToken);

    /// <summary>Makes everything that was taken and concluded durable now; answers whether it is.</summary>
    Task<bool> CommitAsync(CancellationToken cancellationToken);
}

/// <summary>Where one engine stands.</summary>
/// <param name="NextId">The next expected trade id; −1 before the first.</param>
/// <param name="LastTradeMicros">Trade time of the newest trade, µs; 0 before the first.</param>
/// <param name="Gaps">Gaps that can still be filled.</param>
/// <param name="Complete">Complete 1-minute candles of the last 10 minutes that were not compared with the exchange yet.</param>
/// <param name="TailIsUnknown">Whether trades may have been missed after the last one; the exchange's own last id will show.</param>
public sealed record EngineProgress(long NextId, long LastTradeMicros, IReadOnlyList<Gap> Gaps, IReadOnlyList<Candle> Complete, bool TailIsUnknown)
{
    /// <summary>Gets when trades may have been missed last, µs; 0 never since the engine was made. It names the interruption: no two have the same.</summary>
    public long InterruptedMicros { get; init; }

    /// <summary>Gets the open times, µs, of the minutes for which a trade came too late: their stored candles are due for verification. By time.</summary>
    public IReadOnlyList<long> Suspect { get; init; } = [];
}
