using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Ingress;

namespace OrleansMarket.Silo.Ingress;

/// <summary>The symbols and the source that this silo was started with.</summary>
/// <param name="symbols">The followed symbols in the order of the configuration, in the scales of the engines.</param>
/// <param name="create">Makes a feed for some of them.</param>
public sealed class ShardFeeds(IReadOnlyList<SymbolSpec> symbols, Func<IReadOnlyList<SymbolSpec>, ITradeFeed> create) : IShardFeeds
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<SymbolSpec>> GetSymbolsAsync(CancellationToken cancellationToken) => Task.FromResult(symbols);

    /// <inheritdoc/>
    public ITradeFeed Create(IReadOnlyList<SymbolSpec> specs) => create(specs);
}
