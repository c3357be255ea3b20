namespace OrleansMarket.Contracts.Trades;

/// <summary>A batch of one symbol's trades on its stream; the stream's key is the symbol.</summary>
/// <param name="Payload">What <see cref="TradeBatchCodec.Encode"/> wrote. Nobody changes it.</param>
[GenerateSerializer]
[Immutable]
[Alias("market.trade-batch.v1")]
public sealed record TradeBatch([property: Id(0)] byte[] Payload);
