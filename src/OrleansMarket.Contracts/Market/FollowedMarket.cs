using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Contracts.Market;

/// <summary>What feeds the product and the symbols that it follows.</summary>
/// <param name="Source">The source.</param>
/// <param name="Symbols">The symbols and the scales in which every silo counts, in the order of the configuration.</param>
[GenerateSerializer]
[Immutable]
[Alias("market.followed.v1")]
public sealed record FollowedMarket([property: Id(0)] FeedSource Source, [property: Id(1)] SymbolSpec[] Symbols);
