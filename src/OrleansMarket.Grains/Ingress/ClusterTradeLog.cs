using Microsoft.Extensions.Options;
using OrleansMarket.Contracts.Ingress;
using OrleansMarket.Contracts.Trades;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Grains.Ingress;

/// <summary>The raw trades of the whole cluster: each symbol's lie with the owner of its shard.</summary>
/// <remarks>After a takeover the new owner's log begins there; what the one before it kept is asked of the exchange where it matters.</remarks>
public sealed class ClusterTradeLog(IGrainFactory grains, IShardFeeds feeds, IOptions<IngressOptions> options) : ITradeLog
{
    /// <inheritdoc/>
    public async ValueTask AppendAsync(SymbolSpec spec, ReadOnlyMemory<ReceivedPrint> prints, CancellationToken cancellationToken)
    {
        if (prints.IsEmpty || await OwnerAsync(spec.Symbol, cancellationToken).ConfigureAwait(false) is not { } owner)
        {
            return;
        }

        for (; !prints.IsEmpty; prints = prints[Math.Min(prints.Length, TradeBatchCodec.MaxPrints)..])
        {
            var part = prints[..Math.Min(prints.Length, TradeBatchCodec.MaxPrints)];
            await owner.AppendAsync(spec.Symbol.Value, new TradeBatch(TradeBatchCodec.Encode(spec, 0, 0, part.Span)), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask; // each owner flushes its own

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ReceivedPrint>> ReadByIdAsync(SymbolSpec spec, IdRange ids, int limit, CancellationToken cancellationToken) =>
        await OwnerAsync(spec.Symbol, cancellationToken).ConfigureAwait(false) is { } owner
            ? Unpack(spec, await owner.ReadByIdAsync(spec.Symbol.Value, ids.First, ids.Last, limit, cancellationToken).ConfigureAwait(false))
            : [];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ReceivedPrint>> ReadByTimeAsync(SymbolSpec spec, long fromMicros, long toMicros, int limit, CancellationToken cancellationToken) =>
        await OwnerAsync(spec.Symbol, cancellationToken).ConfigureAwait(false) is { } owner
            ? Unpack(spec, await owner.ReadByTimeAsync(spec.Symbol.Value, fromMicros, toMicros, limit, cancellationToken).ConfigureAwait(false))
            : [];

    private static List<ReceivedPrint> Unpack(SymbolSpec spec, IReadOnlyList<TradeBatch> batches)
    {
        var prints = new List<ReceivedPrint>();
        var buffer = new TradeBatchBuffer();
        foreach (var batch in batches)
        {
            if (TradeBatchCodec.Decode(batch.Payload, spec, buffer) != TradeBatchVerdict.Read)
            {
                throw new InvalidDataException(buffer.Error);
            }

            prints.AddRange(buffer.Prints);
        }

        return prints;
    }

    private async Task<IIngressShardGrain?> OwnerAsync(Symbol symbol, CancellationToken cancellationToken) =>
        ShardPlan.ShardOf(await feeds.GetSymbolsAsync(cancellationToken).ConfigureAwait(false), symbol, options.Value.Shards) is { } shard
            ? grains.GetGrain<IIngressShardGrain>(shard)
            : null;
}
