using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Grains.Symbols;

/// <summary>The symbols that the cluster follows, as this silo knows them.</summary>
public interface IFollowedSymbols
{
    /// <summary>Gets the symbols in the order of the configuration; none before a silo with the ingress role has told of them.</summary>
    IReadOnlyList<SymbolSpec> Symbols { get; }
}
