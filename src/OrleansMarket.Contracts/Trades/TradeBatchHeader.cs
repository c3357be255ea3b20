using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Contracts.Trades;

/// <summary>What a batch of trades says of itself.</summary>
/// <param name="Version">The version of the encoding.</param>
/// <param name="Shard">The feed shard that published it, ≥ 0.</param>
/// <param name="Epoch">The term of that shard's owner, ≥ 0; a later owner has a higher one.</param>
/// <param name="PriceDecimals">Decimals of every price in it.</param>
/// <param name="QuantityDecimals">Decimals of every quantity in it.</param>
/// <param name="Count">How many prints it holds, 1 to <see cref="TradeBatchCodec.MaxPrints"/>.</param>
public readonly record struct TradeBatchHeader(byte Version, int Shard, long Epoch, int PriceDecimals, int QuantityDecimals, int Count)
{
    /// <summary>A specification of the symbol in the scale of the batch.</summary>
    internal SymbolSpec SpecOf(Symbol symbol) => new(symbol, PriceDecimals, QuantityDecimals);
}
