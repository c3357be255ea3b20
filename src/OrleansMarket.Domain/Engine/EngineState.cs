namespace OrleansMarket.Domain.Engine;

/// <summary>
/// What an engine goes on from: a small hot state that is written often, and the base that it refers to, which holds everything and is written rarely.
/// The hot state tells what happened since. A base is written before the hot state that refers to it, beside the base before; so whatever is stored when a
/// process ends, the hot state that is there finds its base.
/// </summary>
/// <param name="Hot">The hot state, or the one snapshot that builds before this one wrote.</param>
/// <param name="Bases">The bases that are stored, in any order; there is room for two.</param>
public sealed record EngineState(ReadOnlyMemory<byte> Hot, IReadOnlyList<EngineBase> Bases)
{
    /// <summary>How many bases there is room for: that of the stored hot state, and the next.</summary>
    public const int Slots = 2;

    /// <summary>
    /// The most bytes of a hot state: 16 KB of text where storage keeps bytes as base 64, as the JSON of grain storage does. What needs more makes a new base.
    /// </summary>
    public const int MaxHotBytes = 12_000;

    /// <summary>Gets whether the base that the hot state refers to is there.</summary>
    /// <exception cref="InvalidDataException">The hot state is of another version or damaged.</exception>
    public bool HasItsBase =>
        EngineStateFormat.IsPrevious(Hot) || EngineStateFormat.ReadHot(Hot).Base is { Number: 0 } || EngineStateFormat.Find(Bases, EngineStateFormat.ReadHot(Hot).Base) is not null;
}

/// <summary>A base: everything at one moment.</summary>
/// <param name="Slot">Where it belongs, 0 or 1; the base of the stored hot state is in the other.</param>
/// <param name="Bytes">Everything.</param>
public sealed record EngineBase(int Slot, ReadOnlyMemory<byte> Bytes);

/// <summary>What a session could be restored from.</summary>
public enum EngineRestore
{
    /// <summary>Its state: it continues bit for bit.</summary>
    State,

    /// <summary>Another base, because the one wanted is gone: it continues from another moment, and the rest is repaired by id.</summary>
    OtherBase,

    /// <summary>Its hot state and stored minutes, because no base is there: the whale threshold begins anew.</summary>
    StoredMinutes,
}
