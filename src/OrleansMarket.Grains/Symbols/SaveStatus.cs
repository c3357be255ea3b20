using System.Collections.Concurrent;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Grains.Symbols;

/// <summary>Whether the states of this silo's engines are saved and what they concluded is kept, for health. Safe for several callers.</summary>
public sealed class SaveStatus
{
    private readonly ConcurrentDictionary<Symbol, string> _problems = new();

    /// <summary>What is wrong, for people, or <see langword="null"/>.</summary>
    public string? Describe() => _problems.IsEmpty
        ? null
        : $"{_problems.Count} engines cannot be saved and are tried again: {_problems.First().Value}";

    /// <summary>Notes how a save went; answers whether that is news.</summary>
    public bool Set(Symbol symbol, string? problem)
    {
        if (problem is null)
        {
            return _problems.TryRemove(symbol, out _);
        }

        var isNews = !_problems.ContainsKey(symbol);
        _problems[symbol] = problem;
        return isNews;
    }
}
