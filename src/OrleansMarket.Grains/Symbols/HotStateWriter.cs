using Orleans.Storage;
using OrleansMarket.Contracts.Alerts;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Grains.Symbols;

/// <summary>
/// Saves a session: its snapshot first, with everything in it that waits; then candles, whales and gaps go to their stores and alerts to the alert
/// log. What was not taken stays in the snapshot and is handed on again. One save at a time; the session may take trades meanwhile.
/// </summary>
internal sealed class HotStateWriter(
    SymbolSession session, IPersistentState<HotState> state, SymbolServices services, IGrainFactory grains, IMarketEventSink events, Action overtaken)
    : IDisposable
{
    /// <summary>The most bytes of a snapshot.</summary>
    /// <remarks>
    /// A day of minutes and the last 10,000 sweeps take about half of it. More is only needed while many prints wait behind a gap. Then the state of before stays, which is no older than the gap: an engine that goes on
    /// from it has the rest repaired by id.
    /// </remarks>
    public const int MaxBytes = 256 * 1_024;

    /// <summary>A state is saved at most this often.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    // Candles follow from the trades alone, so they may be stored before the state: a repair can make thousands at once.
    private const int MaxWaitingCandles = 64;

    private readonly SemaphoreSlim _turn = new(1);
    private bool _stateHoldsMore;
    private long _savedAt = services.Clock.GetTimestamp();

    /// <summary>Saves when that is due.</summary>
    public Task SaveDueAsync(CancellationToken cancellationToken) =>
        session.HasChanges && services.Clock.GetElapsedTime(_savedAt) >= Period ? SaveAsync(cancellationToken) : Task.CompletedTask;

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

            var snapshot = session.TakeSnapshot();
            var isWritten = snapshot.State!.Value.Length <= MaxBytes;
            if (isWritten)
            {
                state.State.Snapshot = snapshot.State.Value.ToArray();
                await state.WriteStateAsync(cancellationToken);
                _stateHoldsMore = snapshot.Candles.Count + snapshot.Whales.Count + snapshot.Alerts.Count + snapshot.ClosedGaps.Count > 0;
            }
            else
            {
                session.NotWritten();
            }

            await HandOnAsync(snapshot, cancellationToken);
            session.Acknowledge(snapshot);
            services.Stats.Store.Record(Micros.From(services.Clock.GetElapsedTime(_savedAt)), services.Stats.NowMicros);
            services.Saves.Set(session.Spec.Symbol, null);
            return isWritten;
        }
        catch (InconsistentStateException)
        {
            // While silos disagree about who is alive, a symbol may have two engines for a moment. One of them has saved, so the other has nothing more to say.
            services.Saves.Set(session.Spec.Symbol, null);
            overtaken();
            return false;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            session.NotWritten();
            services.Saves.Set(session.Spec.Symbol, exception.Message);
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The last save: a second one takes out of the state what the first has handed on.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
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

        foreach (var alert in await grains.GetGrain<ISlackGrain>(ISlackGrain.Key).AppendAsync([.. snapshot.Alerts], cancellationToken))
        {
            events.Publish(new MarketEvent { Id = 0, Symbol = spec.Symbol, Alert = alert });
        }
    }
}
