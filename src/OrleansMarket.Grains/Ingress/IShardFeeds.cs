using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Grains.Ingress;

/// <summary>What a shard needs to listen: the symbols with their scales, and a feed for some of them.</summary>
public interface IShardFeeds
{
    /// <summary>The followed symbols in the order of the configuration, in the scales that the engines use; the same on every silo.</summary>
    Task<IReadOnlyList<SymbolSpec>> GetSymbolsAsync(CancellationToken cancellationToken);

    /// <summary>Makes a feed; prints carry the scale of the given specifications.</summary>
    ITradeFeed Create(IReadOnlyList<SymbolSpec> specs);
}
