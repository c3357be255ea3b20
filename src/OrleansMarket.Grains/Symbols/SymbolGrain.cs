using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orleans.Streams;
using Orleans.Streams.Core;
using OrleansMarket.Contracts;
using OrleansMarket.Contracts.Market;
using OrleansMarket.Contracts.Symbols;
using OrleansMarket.Contracts.Trades;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Market;
using OrleansMarket.Grains.Placement;
using OrleansMarket.Grains.Telemetry;

namespace OrleansMarket.Grains.Symbols;

/// <summary>The engine of one symbol in a cluster: a session, fed by its trade stream, saved now and then.</summary>
[GrainType("market.symbol")]
[ImplicitStreamSubscription(StreamNames.Trades)]
[KeepAlive]
[OnRole(SiloRoles.Market)]
public sealed partial class SymbolGrain(
    [PersistentState(HotState.Name)] IPersistentState<HotState> hot, [PersistentState(BaseState.Even)] IPersistentState<BaseState> even,
    [PersistentState(BaseState.Odd)] IPersistentState<BaseState> odd, SymbolServices services, ActiveRoles roles,
    ILogger<SymbolGrain> logger)
    : Grain, ISymbolGrain, IStreamSubscriptionObserver, IAsyncObserver<TradeBatch>, IDisposable
{
    // The names that these jobs have in the host that is one process.
    private const string TickJob = "tick";
    private const string SaveJob = "commit";

    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);

    // Whatever made an engine fail may come again with the same trades.
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(10);

    private readonly TradeBatchBuffer _batch = new();
    private readonly List<DeadLetter> _refused = [];
    private SymbolSession _session = null!;
    private GrainEvents _events = null!;
    private HotStateWriter _writer = null!;
    private ActivityContext? _newestTrace;
    private long _newestMicros;
    private string? _failure;

    private SymbolSpec Spec => _session.Spec;

    /// <summary>Gets why the engine takes nothing, or <see langword="null"/> while it does. What it misses is in the raw log, or repaired by id.</summary>
    private string? Halt => _failure ?? (_writer.IsFull ? "nobody keeps what it concluded" : null);

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var symbol = new Symbol(this.GetPrimaryKeyString());
        var spec = await GrainFactory.GetGrain<IMarketGrain>(IMarketGrain.Key).FindAsync(symbol, cancellationToken)
            ?? throw new NotFollowedException($"expected a followed symbol, found {symbol}");
        _events = new GrainEvents(services.Clock.GetUtcNow, logger);
        _session = new SymbolSession(spec, services.Engine, new LiveMarket(_events, services.Series));
        var state = new StoredState(hot, even, odd);
        _writer = new HotStateWriter(_session, state, services, GrainFactory, _events, OnOvertaken, DeactivateOnIdle);
        await BeginAsync(state.Take(), cancellationToken);
        this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(TickPeriod, TickPeriod));
        this.RegisterGrainTimer(SaveDueAsync, new GrainTimerCreationOptions(TickPeriod, TickPeriod) { Interleave = true });
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_session is not null)
        {
            services.Stats.Progress.Leave(Spec.Symbol);
            if (_failure is null)
            {
                await _writer.CloseAsync(alertsStay: !roles.Have(SiloRoles.Market), cancellationToken);
            }

            services.Saves.Clear(Spec.Symbol);
        }
    }

    /// <inheritdoc/>
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<TradeBatch>().ResumeAsync(this);

    /// <inheritdoc/>
    public async Task OnNextAsync(TradeBatch item, StreamSequenceToken? token = null)
    {
        if (Halt is not null)
        {
            return;
        }

        if (TradeBatchCodec.Decode(item.Payload, Spec, _batch) != TradeBatchVerdict.Read)
        {
            // The gap that it leaves is repaired by id.
            LogUnreadable(logger, Spec.Symbol, _batch.Error!);
            return;
        }

        var (begun, alerts) = (services.Stats.Timestamp, _session.WaitingAlerts);
        using var followed = TradeTraces.BeginApply(Spec.Symbol, item.Trace);
        if (Guard(() => _session.Apply(_batch.Prints, Refuse)))
        {
            services.Stats.OnApplied(Spec.Symbol, _batch.Prints, begun);
            (_newestTrace, _newestMicros) = (followed?.Context, _batch.Prints[^1].ReceivedTimeMicros);
            FollowAlerts(alerts);
        }

        if (_refused.Count > 0)
        {
            await services.Letters.SendAsync([.. _refused]);
            _refused.Clear();
        }
    }

    /// <inheritdoc/>
    public Task OnErrorAsync(Exception ex)
    {
        LogStreamFailed(logger, ex, Spec.Symbol);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _writer?.Dispose();

    /// <summary>
    /// Goes on from the stored state, or starts cold. A state that this build cannot read is left as it is: the engine does not run, and says why.
    /// </summary>
    private async Task BeginAsync(EngineState? state, CancellationToken cancellationToken)
    {
        var rules = await services.Alerts.ReadRulesAsync(cancellationToken) ?? DefaultAlertRules.All;
        try
        {
            _session.Engine.SetRules(rules);
            await services.Start.BeginAsync(_session, state, cancellationToken);
            _session.Engine.SetRules(rules);
        }
        catch (InvalidDataException exception)
        {
            Fail(exception);
            return;
        }

        // A second cold start would begin later than this one, at trades of which this one may have stored candles already.
        if (state is null && !await _writer.SaveAsync(cancellationToken))
        {
            throw new InvalidOperationException($"expected to save where {Spec.Symbol} begins, found that nothing can be saved now");
        }
    }

    private Task TickAsync(CancellationToken cancellationToken) => services.Jobs.RunPartAsync(TickJob, Spec.Symbol.Value, services.Clock, outcome =>
    {
        var alerts = _session.WaitingAlerts;
        Guard(() => LiveTick.Run(_session, services.Pipeline.ExchangeNowMicros, services.ReadingOf(_session), _events));
        FollowAlerts(alerts);
        outcome.Fail(Halt);
        return Task.CompletedTask;
    }, cancellationToken);

    private Task SaveDueAsync(CancellationToken cancellationToken) => _failure is null && _writer.IsDue
        ? services.Jobs.RunPartAsync(SaveJob, Spec.Symbol.Value, services.Clock, async outcome =>
        {
            await _writer.SaveAsync(cancellationToken);
            outcome.Fail(services.Saves.ErrorOf(Spec.Symbol));
        }, cancellationToken)
        : Task.CompletedTask;

    private void Refuse(ReceivedPrint received, ApplyResult result)
    {
        services.Stats.OnDeadLetter();
        _refused.Add(RefusedPrint.ToLetter(Spec, in received, result, services.Pipeline.Source));
    }

    /// <summary>Alerts that were raised since go on with the trace of the newest trades, or with one of their own from the frame of those.</summary>
    private void FollowAlerts(int alertsBefore)
    {
        if (_session.WaitingAlerts > alertsBefore)
        {
            _writer.OnRaised(_newestTrace ?? TradeTraces.Raised(Spec.Symbol, _newestMicros));
        }
    }

    /// <summary>
    /// Does the work unless the engine takes nothing; answers whether it was done. An engine that fails takes no more trades and is not saved: it ends after a while,
    /// and the next one goes on from its last good state.
    /// </summary>
    private bool Guard(Action work)
    {
        if (Halt is not null)
        {
            return false;
        }

        try
        {
            work();
            return true;
        }
        catch (Exception exception)
        {
            Fail(exception);
            this.RegisterGrainTimer(EndAsync, new GrainTimerCreationOptions(PauseAfterFailure, Timeout.InfiniteTimeSpan));
            return false;
        }
    }

    private Task EndAsync(CancellationToken cancellationToken)
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private void OnOvertaken()
    {
        _failure = "another silo has saved this symbol's state";
        LogOvertaken(logger, Spec.Symbol);
        DeactivateOnIdle();
    }

    private void Fail(Exception exception)
    {
        _failure = exception.Message;
        LogEngineFailed(logger, exception, Spec.Symbol);
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "A batch of {Symbol} cannot be read and is repaired by id: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, Symbol symbol, string reason);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Warning, Message = "The trade stream of {Symbol} failed; what it lost is repaired by id")]
    private static partial void LogStreamFailed(ILogger logger, Exception exception, Symbol symbol);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Warning, Message = "Another engine of {Symbol} has saved its state; this one ends and the next call goes to the other")]
    private static partial void LogOvertaken(ILogger logger, Symbol symbol);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Critical, Message = "The engine of {Symbol} does not run: it takes no more trades and its stored state is left as it is")]
    private static partial void LogEngineFailed(ILogger logger, Exception exception, Symbol symbol);
}
