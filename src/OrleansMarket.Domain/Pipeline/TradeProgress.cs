using System.Collections.Concurrent;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Pipeline;

/// <summary>How far one process has read each symbol from the source, and how far its engines have come. Safe to use from several threads.</summary>
public sealed class TradeProgress
{
    private readonly ConcurrentDictionary<Symbol, long> _read = new();
    private readonly ConcurrentDictionary<Symbol, long> _applied = new();

    /// <summary>Prints came from the source.</summary>
    public void OnRead(Symbol symbol, long lastId) => Raise(_read, symbol, lastId);

    /// <summary>Prints went into their engine.</summary>
    public void OnApplied(Symbol symbol, long lastId) => Raise(_applied, symbol, lastId);

    /// <summary>The engine of a symbol is no longer in this process.</summary>
    public void Leave(Symbol symbol) => _applied.TryRemove(symbol, out _);

    /// <summary>Where each symbol stands.</summary>
    public SymbolProgress[] Describe()
    {
        // Applied first: what is applied between the two readings counts as waiting for a moment, never as less than nothing.
        var applied = _applied.ToArray().ToDictionary();
        var read = _read.ToArray().ToDictionary();
        return [.. applied.Keys.Union(read.Keys).Select(symbol => new SymbolProgress(symbol, IdOf(read, symbol), IdOf(applied, symbol)))];
    }

    private static long? IdOf(Dictionary<Symbol, long> ids, Symbol symbol) => ids.TryGetValue(symbol, out var id) ? id : null;

    private static void Raise(ConcurrentDictionary<Symbol, long> ids, Symbol symbol, long id) => ids.AddOrUpdate(symbol, static (_, id) => id, static (_, known, id) => Math.Max(known, id), id);
}

/// <summary>Where one symbol stands in one process.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="ReadId">The newest trade id read from the source; <see langword="null"/> where none was.</param>
/// <param name="AppliedId">The newest trade id in the engine; <see langword="null"/> where the engine is elsewhere.</param>
public readonly record struct SymbolProgress(Symbol Symbol, long? ReadId, long? AppliedId);
