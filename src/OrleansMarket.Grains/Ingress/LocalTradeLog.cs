using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Grains.Ingress;

/// <summary>The raw log that an ingress silo keeps itself, as opposed to the one of the cluster that asks the shards.</summary>
/// <param name="Log">The log.</param>
public sealed record LocalTradeLog(ITradeLog Log);
