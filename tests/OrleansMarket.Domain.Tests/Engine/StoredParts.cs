using OrleansMarket.Domain.Engine;

namespace OrleansMarket.Domain.Tests.Engine;

/// <summary>What lies in a store at one moment: a hot state and two bases.</summary>
internal sealed record StoredParts
{
    public ReadOnlyMemory<byte>? Hot { get; init; }

    public EngineBase? Even { get; init; }

    public EngineBase? Odd { get; init; }

    public EngineState? State => Hot is { } hot ? new EngineState(hot, [.. new[] { Even, Odd }.OfType<EngineBase>()]) : null;

    /// <summary>What lies there after each write of a commit, in order.</summary>
    public IEnumerable<StoredParts> Writes(EngineCommit commit)
    {
        var parts = this;
        if (commit.Base is { } whole)
        {
            parts = whole.Slot == 0 ? parts with { Even = whole } : parts with { Odd = whole };
            yield return parts;
        }

        yield return parts with { Hot = commit.State };
    }
}
