using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Ingress;
using OrleansMarket.Grains.Symbols;

namespace OrleansMarket.Silo.Hosting;

/// <summary>The followed symbols of a silo without the ingress role, which has no feed of its own.</summary>
internal sealed class SiloFeeds(IFollowedSymbols market) : IShardFeeds
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<SymbolSpec>> GetSymbolsAsync(CancellationToken cancellationToken) => Task.FromResult(market.Symbols);

    /// <inheritdoc/>
    public ITradeFeed Create(IReadOnlyList<SymbolSpec> specs) => throw new NotSupportedException("expected a silo with the ingress role");
}
