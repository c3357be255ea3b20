using System.Diagnostics;
using Orleans.Storage;
using OrleansMarket.Contracts.Alerts;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Telemetry;

namespace OrleansMarket.Grains.Symbols;

/// <summary>
/// Saves a session: its state first, with everything in it that waits; then candles, whales and gaps go to their stores and alerts to the alert
/// log. What was not taken stays in the state and is handed on again. One save at a time; the session may take trades meanwhile.
/// </summary>
internal sealed class HotStateWriter(
    SymbolSession session, StoredState state, SymbolServices services, IGrainFactory grains, IMarketEventSink events, Action overtaken, Action drained)
    : IDisposable
{
    /// <summary>A state is saved at most this often.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    // Candles follow from the trades alone, so they may be stored before the state: a repair can make thousands at once.
    private const int MaxWaitingCandles = 64;
    private const int MaxTraces = 32;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<ActivityContext> _raised = [];
    private bool _stateHoldsMore;
    private bool _alertsStay;
    private long _savedAt = services.Clock.GetTimestamp();

    /// <summary>
    /// Gets whether so much waits that nobody takes that the engine must conclude nothing more. It stays so until all of it is taken; then the next engine goes on from
    /// the saved state, and reads from the raw log what this one did not take.
    /// </summary>
    public bool IsFull { get; private set; }

    /// <summary>The session has raised alerts: their traces go on when they are handed on.</summary>
    public void OnRaised(ActivityContext? trace)
    {
        if (trace is { } raised && _raised.Count < MaxTraces)
        {
            _raised.Add(raised);
        }
    }

    /// <summary>Gets whether it is time to save.</summary>
    public bool IsDue => session.HasChanges && services.Clock.GetElapsedTime(_savedAt) >= Period;

    /// <summary>Saves now; answers whether everything is durable, and handed on.</summary>
    public async Task<bool> SaveAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _savedAt = services.Clock.GetTimestamp();
            if (session.WaitingCandles > MaxWaitingCandles)
            {
                await StoreCandlesAsync(cancellationToken);
            }

            if (await state.FinishAsync(cancellationToken))
            {
                session.OnStateWritten();
            }

            var snapshot = session.TakeSnapshot();
            await state.WriteAsync(snapshot, cancellationToken);
            session.OnStateWritten();
            var handedOn = _alertsStay ? snapshot with { Alerts = [] } : snapshot;
            _stateHoldsMore = handedOn.Candles.Count + handedOn.Whales.Count + handedOn.Alerts.Count + handedOn.ClosedGaps.Count > 0;
            await HandOnAsync(handedOn, cancellationToken);
            session.Acknowledge(handedOn);
            services.Stats.Store.Record(Micros.From(services.Clock.GetElapsedTime(_savedAt)), services.Stats.NowMicros);
            services.Saves.Clear(session.Spec.Symbol);
            if (IsFull)
            {
                drained();
            }

            return true;
        }
        catch (InconsistentStateException)
        {
            // While silos disagree about who is alive, a symbol may have two engines for a moment. One of them has saved, so the other has nothing more to say.
            // A write of ours that came through although it was thought to have failed looks the same: what is stored is what counts.
            services.Saves.Clear(session.Spec.Symbol);
            overtaken();
            return false;
        }
        catch (Exception exception) when (!exception.IsStop(cancellationToken))
        {
            session.NotWritten();
            IsFull |= session.Waiting >= services.Engine.MaxWaitingConclusions;
            services.Saves.OnFailed(session.Spec.Symbol, new UnsavedEngine(exception.Message, session.Waiting, IsFull));
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The last save: a second one takes out of the state what the first has handed on.</summary>
    /// <param name="alertsStay">Whether alerts stay in the state for the next start, because no silo is left that could take them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CloseAsync(bool alertsStay, CancellationToken cancellationToken)
    {
        _alertsStay = alertsStay;
        if (session.HasChanges && await SaveAsync(cancellationToken) && _stateHoldsMore)
        {
            await SaveAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task StoreCandlesAsync(CancellationToken cancellationToken)
    {
        var candles = session.TakeCandles();
        await services.Candles.AppendAsync(session.Spec, candles.Candles, cancellationToken);
        session.Acknowledge(candles);
    }

    private async Task HandOnAsync(EngineCommit snapshot, CancellationToken cancellationToken)
    {
        var spec = snapshot.Spec;
        await Task.WhenAll(
            snapshot.Candles.Count > 0 ? services.Candles.AppendAsync(spec, snapshot.Candles, cancellationToken) : Task.CompletedTask,
            snapshot.Whales.Count > 0 ? services.Whales.AppendAsync(spec, snapshot.Whales, cancellationToken) : Task.CompletedTask,
            services.Gaps.SaveAsync(spec.Symbol, snapshot.OpenGaps ?? [], snapshot.ClosedGaps, cancellationToken),
            services.Series?.AppendAsync([snapshot], cancellationToken) ?? Task.CompletedTask);
        if (snapshot.Alerts.Count == 0)
        {
            return;
        }

        using var followed = TradeTraces.BeginHandOn(spec.Symbol, _raised);
        _raised.Clear();
        foreach (var alert in await grains.GetGrain<ISlackGrain>(ISlackGrain.Key).AppendAsync([.. snapshot.Alerts], cancellationToken))
        {
            events.Publish(new MarketEvent { Id = 0, Symbol = spec.Symbol, Alert = alert });
        }
    }
}
