using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Symbols;

namespace OrleansMarket.Silo.Import;

/// <summary>The states of engines in the grain storage of a cluster, read and written beside it.</summary>
internal sealed class EngineStorage(GrainStates states)
{
    private static readonly string[] Names = [BaseState.Even, BaseState.Odd];

    /// <summary>The stored state of an engine, or <see langword="null"/>.</summary>
    public async Task<EngineState?> ReadAsync(Symbol symbol)
    {
        var hot = await ReadAsync<HotState>(symbol, HotState.Name);
        if (!hot.RecordExists)
        {
            return null;
        }

        var bases = new List<EngineBase>();
        foreach (var (slot, name) in Names.Index())
        {
            if (await ReadAsync<BaseState>(symbol, name) is { RecordExists: true } whole)
            {
                bases.Add(new EngineBase(slot, whole.State!.Bytes));
            }
        }

        return new EngineState(hot.State!.Snapshot, bases);
    }

    /// <summary>Writes a state: its bases first. An engine that runs meanwhile notices that somebody else has written and goes on from here.</summary>
    public async Task WriteAsync(Symbol symbol, EngineState state)
    {
        foreach (var whole in state.Bases)
        {
            await WriteAsync(symbol, Names[whole.Slot], new BaseState { Bytes = whole.Bytes.ToArray() });
        }

        await WriteAsync(symbol, HotState.Name, new HotState { Snapshot = state.Hot.ToArray() });
    }

    private static GrainId IdOf(Symbol symbol) => GrainId.Create("market.symbol", symbol.Value);

    private Task<GrainState<T>> ReadAsync<T>(Symbol symbol, string name) => states.ReadAsync<T>(IdOf(symbol), name);

    private Task WriteAsync<T>(Symbol symbol, string name, T value) => states.WriteAsync(IdOf(symbol), name, value);
}
