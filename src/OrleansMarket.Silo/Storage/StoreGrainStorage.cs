using System.Text.Json;
using Orleans.Storage;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Symbols;

namespace OrleansMarket.Silo.Storage;

/// <summary>
/// Grain storage of a silo that is alone, in the stores of the standalone host: engines in the same place and format, so that a data folder moves from one
/// host to the other. One silo has one activation of each grain, so nobody else writes meanwhile and states need no tags.
/// </summary>
internal sealed class StoreGrainStorage(IEngineStateStore states, ISettingsStore settings, ITradeLog log) : IGrainStorage
{
    private const string Tag = "1";

    /// <inheritdoc/>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState is IGrainState<HotState> hot)
        {
            var state = await states.LoadAsync(SymbolOf(grainId), CancellationToken.None);
            hot.State = new HotState { Snapshot = state?.Hot.ToArray() ?? [] };
            Mark(grainState, state is not null);
            return;
        }

        if (grainState is IGrainState<BaseState> whole)
        {
            var stored = (await states.LoadAsync(SymbolOf(grainId), CancellationToken.None))?.Bases.FirstOrDefault(known => known.Slot == SlotOf(stateName));
            whole.State = new BaseState { Bytes = stored?.Bytes.ToArray() ?? [] };
            Mark(grainState, stored is not null);
            return;
        }

        var json = await settings.GetAsync(NameOf(stateName, grainId), CancellationToken.None);
        grainState.State = json is null ? Activator.CreateInstance<T>() : JsonSerializer.Deserialize<T>(json)!;
        Mark(grainState, json is not null);
    }

    /// <inheritdoc/>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var commit = grainState switch
        {
            IGrainState<HotState> hot => new EngineCommit { Spec = SymbolSpec.Widest(SymbolOf(grainId)), State = hot.State!.Snapshot },
            IGrainState<BaseState> whole => new EngineCommit { Spec = SymbolSpec.Widest(SymbolOf(grainId)), Base = new EngineBase(SlotOf(stateName), whole.State!.Bytes) },
            _ => null,
        };
        if (commit is not null)
        {
            // A state never knows of trades that the raw log has lost.
            await log.FlushAsync(CancellationToken.None);
            await states.CommitAsync([commit], CancellationToken.None);
        }
        else
        {
            await settings.SetAsync(NameOf(stateName, grainId), JsonSerializer.Serialize(grainState.State), CancellationToken.None);
        }

        Mark(grainState, exists: true);
    }

    /// <inheritdoc/>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState is IGrainState<HotState> or IGrainState<BaseState>)
        {
            await states.RemoveAsync(SymbolOf(grainId), CancellationToken.None);
        }
        else
        {
            await settings.SetAsync(NameOf(stateName, grainId), null, CancellationToken.None);
        }

        grainState.State = Activator.CreateInstance<T>();
        Mark(grainState, exists: false);
    }

    private static void Mark<T>(IGrainState<T> state, bool exists)
    {
        state.RecordExists = exists;
        state.ETag = exists ? Tag : null;
    }

    private static int SlotOf(string stateName) => stateName == BaseState.Even ? 0 : 1;

    private static Symbol SymbolOf(GrainId grainId) => new(grainId.Key.ToString()!);

    private static string NameOf(string stateName, GrainId grainId) => $"grain/{grainId}/{stateName}";
}
