namespace OrleansMarket.Contracts.Trades;

/// <summary>A batch of one symbol's trades on its stream; the stream's key is the symbol.</summary>
/// <param name="Payload">What <see cref="TradeBatchCodec.Encode"/> wrote. Nobody changes it.</param>
[GenerateSerializer]
[Immutable]
[OmitDefaultMemberValues] // a batch that nobody follows is not a byte longer
[Alias("market.trade-batch.v1")]
public sealed record TradeBatch([property: Id(0)] byte[] Payload)
{
    /// <summary>Gets the trace that follows the batch, as a W3C traceparent; <see langword="null"/> for those, nearly all, that none follows.</summary>
    [Id(1)]
    public string? Trace { get; init; }
}
