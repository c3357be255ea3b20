using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Grains.Symbols;

/// <summary>
/// Whether the states of this silo's engines are saved and what they concluded is kept, for health and metrics; every instrument has a row in
/// <c>docs/metrics.md</c>. Safe for several callers.
/// </summary>
public sealed class SaveStatus
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "OrleansMarket.Engines";

    private readonly ConcurrentDictionary<Symbol, UnsavedEngine> _unsaved = new();

    /// <summary>Creates the instruments.</summary>
    public SaveStatus(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("market.engines.unsaved", () => _unsaved.Count, "{engine}", "Engines of this silo whose last save failed.");
        meter.CreateObservableGauge(
            "market.engines.halted", () => _unsaved.Values.Count(engine => engine.IsHalted), "{engine}",
            "Engines of this silo that take no trades until what they concluded is kept.");
        meter.CreateObservableGauge(
            "market.engines.waiting", () => _unsaved.Values.Sum(engine => (long)engine.Waiting), "{conclusion}",
            "Candles, whales, alerts and ended gaps that wait in this silo since a save failed.");
    }

    /// <summary>What is wrong, for people, or <see langword="null"/>.</summary>
    public string? Describe()
    {
        var unsaved = _unsaved.ToArray();
        if (unsaved.Length == 0)
        {
            return null;
        }

        var halted = unsaved.Where(pair => pair.Value.IsHalted).Select(pair => pair.Key).ToArray();
        return $"{unsaved.Length} engines cannot be saved and are tried again: {unsaved[0].Value.Reason}"
            + (halted.Length == 0 ? "" : $"; too much waits, so these take no trades until it is kept, and catch up then: {string.Join(", ", halted)}");
    }

    /// <summary>Why one engine's last save failed, or <see langword="null"/>.</summary>
    public string? ErrorOf(Symbol symbol) => _unsaved.GetValueOrDefault(symbol)?.Reason;

    /// <summary>Everything of an engine is kept, or it is elsewhere.</summary>
    public void Clear(Symbol symbol) => _unsaved.TryRemove(symbol, out _);

    /// <summary>A save failed.</summary>
    public void OnFailed(Symbol symbol, UnsavedEngine engine) => _unsaved[symbol] = engine;
}

/// <summary>An engine whose last save failed.</summary>
/// <param name="Reason">What failed.</param>
/// <param name="Waiting">How many conclusions wait.</param>
/// <param name="IsHalted">Whether it takes no trades until they are kept.</param>
public sealed record UnsavedEngine(string Reason, int Waiting, bool IsHalted);
