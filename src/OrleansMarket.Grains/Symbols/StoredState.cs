using OrleansMarket.Domain.Engine;

namespace OrleansMarket.Grains.Symbols;

/// <summary>The stored state of one engine. What was written is not held in memory.</summary>
internal sealed class StoredState(IPersistentState<HotState> hot, IPersistentState<BaseState> even, IPersistentState<BaseState> odd)
{
    private readonly IPersistentState<BaseState>[] _bases = [even, odd];
    private byte[]? _unsure;

    /// <summary>Takes out what was stored when the grain came up, or <see langword="null"/> when there was nothing.</summary>
    public EngineState? Take()
    {
        if (!hot.RecordExists)
        {
            return null;
        }

        var state = new EngineState(hot.State.Snapshot, [.. _bases.Index().Where(slot => slot.Item.RecordExists).Select(slot => new EngineBase(slot.Index, slot.Item.State.Bytes))]);
        hot.State = new HotState();
        foreach (var slot in _bases)
        {
            slot.State = new BaseState();
        }

        return state;
    }

    /// <summary>
    /// Writes a hot state once more of which nobody knows whether it was written, and answers whether there was one. Before that no next base may be
    /// written: the stored hot state may refer to either.
    /// </summary>
    public async Task<bool> FinishAsync(CancellationToken cancellationToken)
    {
        if (_unsure is not { } bytes)
        {
            return false;
        }

        await WriteHotAsync(bytes, cancellationToken);
        return true;
    }

    /// <summary>Writes the base of a commit, if it has one, and then its hot state.</summary>
    public async Task WriteAsync(EngineCommit commit, CancellationToken cancellationToken)
    {
        var bytes = commit.State!.Value.ToArray();
        if (commit.Base is { } whole)
        {
            var slot = _bases[whole.Slot];
            slot.State = new BaseState { Bytes = whole.Bytes.ToArray() };
            await slot.WriteStateAsync(cancellationToken);
            slot.State = new BaseState();
            _unsure = bytes;
        }

        await WriteHotAsync(bytes, cancellationToken);
    }

    private async Task WriteHotAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        hot.State = new HotState { Snapshot = bytes };
        await hot.WriteStateAsync(cancellationToken);
        hot.State = new HotState();
        _unsure = null;
    }
}
