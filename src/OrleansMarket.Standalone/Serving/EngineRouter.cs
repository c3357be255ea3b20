using System.Buffers;
using System.Collections.Frozen;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.DeadLetters;

namespace OrleansMarket.Standalone.Serving;

/// <summary>Brings trades to the engine of their symbol, over bounded partitions, and questions and orders after them.</summary>
internal sealed partial class EngineRouter : ITradeReceiver, IEngines
{
    private readonly FrozenDictionary<Symbol, Lane> _lanes;
    private readonly ITradeLog _log;
    private readonly DeadLetterQueue _letters;
    private readonly PipelineStats _stats;
    private readonly Action<Lane, ReceivedPrint[], int> _apply;
    private readonly FeedSource _source;
    private readonly ILogger<EngineRouter> _logger;

    public EngineRouter(
        IReadOnlyList<Lane> lanes, ITradeLog log, DeadLetterQueue letters, PipelineStats stats, FeedSource source, ILogger<EngineRouter> logger)
    {
        Lanes = lanes;
        _lanes = lanes.ToFrozenDictionary(lane => lane.Spec.Symbol);
        Symbols = [.. lanes.Select(lane => lane.Spec)];
        (_log, _letters, _stats, _source, _logger) = (log, letters, stats, source, logger);
        _apply = Apply;
        foreach (var lane in lanes)
        {
            lane.Refuse = (received, result) => _letters.AddFromEngine(RefusedPrint.ToLetter(lane.Spec, in received, result, _source));
        }
    }

    /// <summary>Gets the lanes in the order of the configuration.</summary>
    public IReadOnlyList<Lane> Lanes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<SymbolSpec> Symbols { get; }

    /// <summary>Gets why raw trades are not kept, or <see langword="null"/> when they are.</summary>
    public string? LogError { get; private set; }

    /// <summary>Gets or sets how everything becomes durable.</summary>
    public Func<CancellationToken, Task<bool>>? Commit { get; set; }

    /// <summary>The lane of a symbol, or <see langword="null"/>.</summary>
    public Lane? Find(Symbol symbol) => _lanes.GetValueOrDefault(symbol);

    /// <inheritdoc/>
    public async ValueTask ReceiveAsync(Symbol symbol, ReadOnlyMemory<ReceivedPrint> prints, CancellationToken cancellationToken)
    {
        if (Find(symbol) is not { } lane)
        {
            return;
        }

        await KeepAsync(lane, prints, cancellationToken);
        while (!prints.IsEmpty)
        {
            var count = Math.Min(prints.Length, Partition.BatchSize);
            var batch = ArrayPool<ReceivedPrint>.Shared.Rent(count);
            prints.Span[..count].CopyTo(batch);
            await lane.Partition.EnqueueAsync(lane, batch, count, _apply, cancellationToken);
            prints = prints[count..];
        }
    }

    /// <inheritdoc/>
    public ValueTask RejectAsync(DeadLetter letter, CancellationToken cancellationToken) => _letters.AddAsync(letter, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask OnInterruptedAsync(IReadOnlyList<Symbol> symbols, string reason, CancellationToken cancellationToken)
    {
        var now = _stats.NowMicros;
        await Task.WhenAll(symbols.Select(Find).OfType<Lane>().Select(lane => lane.TellAsync(session => session.OnInterrupted(now), cancellationToken)));
    }

    /// <inheritdoc/>
    public Task<EngineReport> ReportAsync(Symbol symbol, long nowMicros, CancellationToken cancellationToken)
    {
        var lane = Lane(symbol);
        return lane.AskAsync(session => session.Report(nowMicros, lane.Failure), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<MarketState> DescribeAsync(Symbol symbol, long nowMicros, CancellationToken cancellationToken) =>
        Lane(symbol).AskAsync(session => session.Describe(nowMicros), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Candle>> GetUnstoredCandlesAsync(Symbol symbol, CandleInterval interval, CancellationToken cancellationToken) =>
        Lane(symbol).AskAsync(session => session.UnstoredCandles(interval), cancellationToken);

    /// <inheritdoc/>
    public async Task<ApplyResult> ApplyAsync(Symbol symbol, ReceivedPrint received, CancellationToken cancellationToken)
    {
        var lane = Lane(symbol);
        var result = await lane.AskAsync(session => session.Apply(in received), cancellationToken);
        if (result == ApplyResult.Accepted)
        {
            await KeepAsync(lane, new[] { received }, cancellationToken);
        }

        return result;
    }

    /// <inheritdoc/>
    public Task SetStatusAsync(Symbol symbol, SymbolStatus status, CancellationToken cancellationToken) =>
        Lane(symbol).TellAsync(session => session.Status = status, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> CommitAsync(CancellationToken cancellationToken) => Commit?.Invoke(cancellationToken) ?? Task.FromResult(true);

    /// <inheritdoc/>
    public Task<EngineProgress> GetProgressAsync(Symbol symbol, CancellationToken cancellationToken) =>
        Lane(symbol).AskAsync(session => session.Progress, cancellationToken);

    /// <inheritdoc/>
    public async Task ApplyRepairAsync(Symbol symbol, GapRepair repair, CancellationToken cancellationToken)
    {
        var lane = Lane(symbol);
        var now = _stats.NowMicros;
        await KeepAsync(lane, repair.Prints.Select(print => new ReceivedPrint(print, print.TradeTimeMicros, now)).ToArray(), cancellationToken);
        await lane.TellUnlessFullAsync(session => session.ApplyRepair(repair), cancellationToken);
    }

    /// <inheritdoc/>
    public Task ConfirmLastIdAsync(Symbol symbol, LastTrade last, long interruptedMicros, CancellationToken cancellationToken) =>
        Lane(symbol).TellUnlessFullAsync(session => session.ConfirmLastId(last.LastId, last.AskedMicros, interruptedMicros), cancellationToken);

    /// <inheritdoc/>
    public Task MarkComparedAsync(Symbol symbol, Candle candle, string? difference, CancellationToken cancellationToken) =>
        Lane(symbol).TellUnlessFullAsync(session => session.MarkCompared(in candle, difference), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RebuildAsync(Symbol symbol, CandleRebuild rebuild, CancellationToken cancellationToken)
    {
        var lane = Lane(symbol);
        return lane.AskAsync(session => !lane.IsFull && session.Rebuild(rebuild), cancellationToken);
    }

    /// <inheritdoc/>
    public Task OnRateAsync(UsdRate rate, CancellationToken cancellationToken) => Task.WhenAll(
        Lanes.Where(lane => lane.Spec.QuoteAsset == rate.Asset).Select(lane => lane.TellAsync(session => session.Engine.OnRate(rate), cancellationToken)));

    /// <inheritdoc/>
    public Task SetSeasonAsync(Symbol symbol, HourOfWeekBaseline season, CancellationToken cancellationToken) =>
        Lane(symbol).TellAsync(session => session.SetSeason(season), cancellationToken);

    /// <inheritdoc/>
    public Task SetRulesAsync(IReadOnlyList<AlertRule> rules, CancellationToken cancellationToken) =>
        Task.WhenAll(Lanes.Select(lane => lane.TellAsync(session => session.Engine.SetRules(rules), cancellationToken)));

    /// <inheritdoc/>
    public async Task<bool> ResolveAlertAsync(AlertKey key, CancellationToken cancellationToken) =>
        Find(key.Symbol) is { } lane && await lane.AskAsync(session => session.Engine.ResolveAlert(key), cancellationToken);

    /// <summary>Keeps raw trades. A log that fails (a full disk) must not stop the market: it says so, and goes on once it can.</summary>
    private async ValueTask KeepAsync(Lane lane, ReadOnlyMemory<ReceivedPrint> prints, CancellationToken cancellationToken)
    {
        try
        {
            await _log.AppendAsync(lane.Spec, prints, cancellationToken);
            LogError = null;
        }
        catch (IOException exception)
        {
            if (LogError is null)
            {
                LogRawTradesNotKept(_logger, exception.Message);
            }

            LogError = exception.Message;
        }
    }

    private Lane Lane(Symbol symbol) => Find(symbol) ?? throw new ArgumentException($"expected a followed symbol, found {symbol}", nameof(symbol));

    /// <summary>Runs on the lane's partition.</summary>
    private void Apply(Lane lane, ReceivedPrint[] batch, int count)
    {
        try
        {
            if (lane.Failure is null && !lane.IsFull)
            {
                var prints = batch.AsSpan(0, count);
                var begun = _stats.Timestamp;
                lane.Session.Apply(prints, lane.Refuse);
                _stats.OnApplied(lane.Spec.Symbol, prints, begun);
            }
        }
        catch (Exception exception)
        {
            // The partition's other symbols go on.
            lane.Failure = exception.Message;
            LogEngineFailed(_logger, exception, lane.Spec.Symbol);
        }
        finally
        {
            ArrayPool<ReceivedPrint>.Shared.Return(batch);
        }
    }

    [LoggerMessage(EventId = 5041, Level = LogLevel.Error, Message = "Raw trades are not kept: {Reason}. Candles, figures and alerts go on")]
    private static partial void LogRawTradesNotKept(ILogger logger, string reason);

    [LoggerMessage(EventId = 5040, Level = LogLevel.Critical, Message = "The engine of {Symbol} failed and takes no more trades; restart the product to go on from its last stored state")]
    private static partial void LogEngineFailed(ILogger logger, Exception exception, Symbol symbol);
}
