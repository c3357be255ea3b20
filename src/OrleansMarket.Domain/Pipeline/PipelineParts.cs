using System.Collections.Concurrent;

namespace OrleansMarket.Domain.Pipeline;

/// <summary>The parts of a process whose state counts for its health, by name. Safe to use from several threads.</summary>
public sealed class PipelineParts
{
    private readonly ConcurrentDictionary<string, Func<string?>> _parts = new();

    /// <summary>Sets how a part is asked; it says what is wrong, or <see langword="null"/>.</summary>
    public Func<string?> this[string name]
    {
        set => _parts[name] = value;
    }

    /// <summary>Asks every part.</summary>
    public IReadOnlyDictionary<string, string?> Describe() => _parts.ToDictionary(part => part.Key, part => part.Value());
}
