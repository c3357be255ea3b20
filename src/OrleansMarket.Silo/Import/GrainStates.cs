using Orleans.Storage;

namespace OrleansMarket.Silo.Import;

/// <summary>States in the grain storage of a cluster, read and written beside their grains.</summary>
internal sealed class GrainStates(IGrainStorage storage)
{
    /// <summary>Reads a state; whether there is one it says itself.</summary>
    public async Task<GrainState<T>> ReadAsync<T>(GrainId grain, string name)
    {
        var state = new GrainState<T>();
        await storage.ReadStateAsync(name, grain, state);
        return state;
    }

    /// <summary>Writes a state over the one that is there.</summary>
    public async Task WriteAsync<T>(GrainId grain, string name, T value)
    {
        var state = await ReadAsync<T>(grain, name);
        state.State = value;
        await storage.WriteStateAsync(name, grain, state);
    }
}
