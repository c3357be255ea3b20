using OrleansMarket.Domain.Candles;

namespace OrleansMarket.Domain.Engine;

/// <content>The state in its two parts: hot, which is written often, and its base, which is written when the hot part would be too large.</content>
public sealed partial class SymbolSession
{
    private BaseReference _base;
    private BaseReference? _nextBase;
    private bool _needsBase;

    /// <summary>Restores the session, which has taken nothing yet.</summary>
    /// <param name="state">What is stored.</param>
    /// <param name="minutes">The stored 1-minute candles of the last 24 h, oldest first, in case no base is there (<see cref="EngineState.HasItsBase"/>).</param>
    /// <exception cref="InvalidDataException">The state is of another version or scale, damaged, or without anything to go on from.</exception>
    public EngineRestore Load(EngineState state, IReadOnlyList<Candle>? minutes = null)
    {
        if (EngineStateFormat.IsPrevious(state.Hot))
        {
            Load(state.Hot);
            _needsBase = true;
            return EngineRestore.State;
        }

        var (needed, changes) = EngineStateFormat.ReadHot(state.Hot);
        if (needed.Number == 0 || EngineStateFormat.Find(state.Bases, needed) is { } whole && LoadBase(whole, needed))
        {
            if (changes is { } since)
            {
                LoadHot(since);
            }

            return EngineRestore.State;
        }

        if (EngineStateFormat.FindNewest(state.Bases) is { } other)
        {
            return LoadBase(other.Whole, other.Reference) ? EngineRestore.OtherBase : default;
        }

        if (changes is not { } hot)
        {
            throw new InvalidDataException($"expected base {needed.Number} of the state of {Spec.Symbol}, found none: bring the storage back, or start this symbol anew");
        }

        Engine.SeedHistory(minutes ?? []);
        LoadHot(hot);
        _needsBase = true;
        return EngineRestore.StoredMinutes;
    }

    /// <summary>The hot state of the last commit is written, and the base before it if it had one.</summary>
    public void OnStateWritten()
    {
        if (_nextBase is { } written)
        {
            (_base, _nextBase, _needsBase) = (written, null, false);
            Engine.ForgetChanges();
        }
    }

    /// <summary>The hot state; and when it would be too large the base that makes it small again.</summary>
    private (ReadOnlyMemory<byte> Hot, EngineBase? Base) TakeState()
    {
        if (!_needsBase && Engine.KnowsChanges)
        {
            using var changes = Write(Engine.SaveHot);
            var hot = EngineStateFormat.WriteHot(_base, changes);
            if (hot.Length <= EngineState.MaxHotBytes)
            {
                return (hot, null);
            }
        }

        using var whole = Write(Engine.Save);
        var (bytes, reference) = EngineStateFormat.WriteBase(_base.Number + 1, whole);
        _nextBase = reference;
        Engine.SealChanges();
        return (EngineStateFormat.WriteHot(reference, changes: null), new EngineBase((int)(reference.Number % EngineState.Slots), bytes));
    }

    private bool LoadBase(ReadOnlyMemory<byte> whole, BaseReference reference)
    {
        Load(whole);
        _base = reference;
        return true;
    }

    private void LoadHot(ReadOnlyMemory<byte> changes) => Read(changes, Engine.LoadHot);
}
