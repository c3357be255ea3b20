using System.Collections.Concurrent;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Simulation;

/// <summary>The tapes that feed and history share, one per pair. Nothing is kept of them: they are made again wherever they are read.</summary>
public sealed class SimulatedMarket(SimulatorOptions options)
{
    private readonly ConcurrentDictionary<Symbol, MarketModel> _models = new();

    /// <summary>Gets the settings.</summary>
    public SimulatorOptions Options => options;

    /// <summary>The tape of a pair; any pair has one.</summary>
    public MarketModel this[Symbol symbol] => _models.GetOrAdd(symbol, static (symbol, options) =>
    {
        var simulated = SimulatedSymbol.Of(symbol);
        return new MarketModel(simulated, options.Seed, options.TradesPerSecond * simulated.Activity);
    }, options);
}
