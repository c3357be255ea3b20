using Microsoft.Extensions.Logging;
using OrleansMarket.Contracts.Symbols;
using OrleansMarket.Contracts.Trades;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Grains.Symbols;

/// <summary>The engines of a cluster.</summary>
/// <param name="grains">Finds them.</param>
/// <param name="market">Knows which there are.</param>
/// <param name="log">The raw trades.</param>
/// <param name="clock">Our clock.</param>
/// <param name="logger">Hears of engines that do not answer.</param>
public sealed partial class GrainEngines(IGrainFactory grains, IFollowedSymbols market, ITradeLog log, TimeProvider clock, ILogger<GrainEngines> logger) : IEngines
{
    /// <inheritdoc/>
    public IReadOnlyList<SymbolSpec> Symbols => market.Symbols;

    /// <inheritdoc/>
    public Task<EngineReport> ReportAsync(Symbol symbol, long nowMicros, CancellationToken cancellationToken) => Grain(symbol).ReportAsync(nowMicros, cancellationToken);

    /// <inheritdoc/>
    public Task<MarketState> DescribeAsync(Symbol symbol, long nowMicros, CancellationToken cancellationToken) => Grain(symbol).DescribeAsync(nowMicros, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Candle>> GetUnstoredCandlesAsync(Symbol symbol, CandleInterval interval, CancellationToken cancellationToken) =>
        await Grain(symbol).GetUnstoredCandlesAsync(interval, cancellationToken);

    /// <inheritdoc/>
    public async Task<EngineProgress> GetProgressAsync(Symbol symbol, CancellationToken cancellationToken)
    {
        try
        {
            return await Grain(symbol).GetProgressAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // One that cannot be reached, or does not run, must not keep the others from being repaired.
            LogUnreachable(logger, symbol, exception.Message);
            return new EngineProgress(-1, 0, [], [], TailIsUnknown: false);
        }
    }

    /// <inheritdoc/>
    public async Task<ApplyResult> ApplyAsync(Symbol symbol, ReceivedPrint received, CancellationToken cancellationToken)
    {
        var spec = Spec(symbol);
        ReceivedPrint[] prints = [received];
        var result = await Grain(symbol).ApplyAsync(new TradeBatch(TradeBatchCodec.Encode(spec, 0, 0, prints)), cancellationToken);
        if (result == ApplyResult.Accepted)
        {
            await log.AppendAsync(spec, prints, cancellationToken);
        }

        return result;
    }

    /// <inheritdoc/>
    public async Task ApplyRepairAsync(Symbol symbol, GapRepair repair, CancellationToken cancellationToken)
    {
        var spec = Spec(symbol);
        var now = Micros.From(clock.GetUtcNow());
        ReceivedPrint[] found = [.. repair.Prints.Select(print => new ReceivedPrint(print, print.TradeTimeMicros, now))];
        await log.AppendAsync(spec, found, cancellationToken);
        TradeBatch[] batches = [.. found.Chunk(TradeBatchCodec.MaxPrints).Select(chunk => new TradeBatch(TradeBatchCodec.Encode(spec, 0, 0, chunk)))];
        await Grain(symbol).ApplyRepairAsync(batches, [.. repair.Outcomes], cancellationToken);
    }

    /// <inheritdoc/>
    public Task ConfirmLastIdAsync(Symbol symbol, LastTrade last, long interruptedMicros, CancellationToken cancellationToken) =>
        Grain(symbol).ConfirmLastIdAsync(last.LastId, last.AskedMicros, interruptedMicros, cancellationToken);

    /// <inheritdoc/>
    public Task MarkComparedAsync(Symbol symbol, Candle candle, string? difference, CancellationToken cancellationToken) =>
        Grain(symbol).MarkComparedAsync(candle, difference, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RebuildAsync(Symbol symbol, CandleRebuild rebuild, CancellationToken cancellationToken) => Grain(symbol).RebuildAsync(rebuild, cancellationToken);

    /// <inheritdoc/>
    public Task SetStatusAsync(Symbol symbol, SymbolStatus status, CancellationToken cancellationToken) => Grain(symbol).SetStatusAsync(status, cancellationToken);

    /// <inheritdoc/>
    public Task OnRateAsync(UsdRate rate, CancellationToken cancellationToken) => Task.WhenAll(
        Symbols.Where(spec => spec.QuoteAsset == rate.Asset).Select(spec => Grain(spec.Symbol).OnRateAsync(rate, cancellationToken)));

    /// <inheritdoc/>
    public Task SetSeasonAsync(Symbol symbol, HourOfWeekBaseline season, CancellationToken cancellationToken) => Grain(symbol).SetSeasonAsync(season, cancellationToken);

    /// <inheritdoc/>
    public Task SetRulesAsync(IReadOnlyList<AlertRule> rules, CancellationToken cancellationToken) =>
        Task.WhenAll(Symbols.Select(spec => Grain(spec.Symbol).SetRulesAsync([.. rules], cancellationToken)));

    /// <inheritdoc/>
    public async Task<bool> ResolveAlertAsync(AlertKey key, CancellationToken cancellationToken) =>
        Symbols.Any(spec => spec.Symbol == key.Symbol) && await Grain(key.Symbol).ResolveAlertAsync(key, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> CommitAsync(CancellationToken cancellationToken) =>
        (await Task.WhenAll(Symbols.Select(spec => Grain(spec.Symbol).SaveAsync(cancellationToken)))).All(saved => saved);

    private ISymbolGrain Grain(Symbol symbol) => grains.GetGrain<ISymbolGrain>(Spec(symbol).Symbol.Value);

    private SymbolSpec Spec(Symbol symbol) => Symbols.FirstOrDefault(spec => spec.Symbol == symbol)
        ?? throw new ArgumentException($"expected a followed symbol, found {symbol}", nameof(symbol));

    [LoggerMessage(EventId = 3005, Level = LogLevel.Debug, Message = "The engine of {Symbol} does not answer: {Reason}")]
    private static partial void LogUnreachable(ILogger logger, Symbol symbol, string reason);
}
