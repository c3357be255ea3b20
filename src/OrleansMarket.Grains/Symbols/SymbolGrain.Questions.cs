using OrleansMarket.Contracts.Market;
using OrleansMarket.Contracts.Trades;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Grains.Symbols;

/// <content>Questions and orders, in turn with the trades.</content>
public sealed partial class SymbolGrain
{
    /// <inheritdoc/>
    public Task KeepAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<EngineReport> ReportAsync(long nowMicros, CancellationToken cancellationToken) => Task.FromResult(_session.Report(nowMicros, _failure));

    /// <inheritdoc/>
    public Task<MarketState> DescribeAsync(long nowMicros, CancellationToken cancellationToken) => Task.FromResult(_session.Describe(nowMicros));

    /// <inheritdoc/>
    public Task<Candle[]> GetUnstoredCandlesAsync(CandleInterval interval, CancellationToken cancellationToken) =>
        Task.FromResult<Candle[]>([.. _session.UnstoredCandles(interval)]);

    /// <inheritdoc/>
    public Task<EngineProgress> GetProgressAsync(CancellationToken cancellationToken) => Task.FromResult(_session.Progress);

    /// <inheritdoc/>
    public Task<ApplyResult> ApplyAsync(TradeBatch print, CancellationToken cancellationToken)
    {
        Decode(print);
        var received = _batch.Prints[0];
        ApplyResult? result = null;
        Guard(() => result = _session.Apply(in received));
        return Task.FromResult(result ?? throw new InvalidOperationException($"expected an engine of {Spec.Symbol} that runs, found: {Halt}"));
    }

    /// <inheritdoc/>
    public Task ApplyRepairAsync(TradeBatch[] found, GapOutcome[] outcomes, CancellationToken cancellationToken)
    {
        var prints = new List<Print>();
        foreach (var batch in found)
        {
            Decode(batch);
            foreach (ref readonly var received in _batch.Prints)
            {
                prints.Add(received.Print);
            }
        }

        Guard(() => _session.ApplyRepair(new GapRepair(prints, outcomes)));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task InterruptAsync(CancellationToken cancellationToken)
    {
        Guard(() => _session.OnInterrupted(Micros.From(services.Clock.GetUtcNow())));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ConfirmLastIdAsync(long lastId, long askedMicros, long interruptedMicros, CancellationToken cancellationToken)
    {
        Guard(() => _session.ConfirmLastId(lastId, askedMicros, interruptedMicros));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task MarkComparedAsync(Candle candle, string? difference, CancellationToken cancellationToken)
    {
        Guard(() => _session.MarkCompared(in candle, difference));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> RebuildAsync(CandleRebuild rebuild, CancellationToken cancellationToken)
    {
        var rebuilt = false;
        Guard(() => rebuilt = _session.Rebuild(rebuild));
        return Task.FromResult(rebuilt);
    }

    /// <inheritdoc/>
    public Task SetStatusAsync(SymbolStatus status, CancellationToken cancellationToken)
    {
        _session.Status = status;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task OnRateAsync(UsdRate rate, CancellationToken cancellationToken)
    {
        Guard(() => _session.Engine.OnRate(rate));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task SetSeasonAsync(HourOfWeekBaseline season, CancellationToken cancellationToken)
    {
        Guard(() => _session.SetSeason(season));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task SetRulesAsync(AlertRule[] rules, CancellationToken cancellationToken)
    {
        Guard(() => _session.Engine.SetRules(rules));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> ResolveAlertAsync(AlertKey key, CancellationToken cancellationToken)
    {
        var resolved = false;
        Guard(() => resolved = _session.Engine.ResolveAlert(key));
        return Task.FromResult(resolved);
    }

    /// <inheritdoc/>
    public Task<bool> SaveAsync(CancellationToken cancellationToken) =>
        _failure is null ? _writer.SaveAsync(cancellationToken) : Task.FromResult(false);

    /// <inheritdoc/>
    public Task WatchAsync(IMarketEventObserver observer)
    {
        _events.Add(observer);
        return Task.CompletedTask;
    }

    private void Decode(TradeBatch batch)
    {
        if (TradeBatchCodec.Decode(batch.Payload, Spec, _batch) != TradeBatchVerdict.Read)
        {
            throw new InvalidDataException(_batch.Error);
        }
    }
}
