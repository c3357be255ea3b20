using OrleansMarket.Contracts.Trades;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Grains.Ingress;

/// <summary>Collects the prints of one symbol until there are enough of them or the first has waited long enough. Safe for use by several threads.</summary>
internal sealed class TradeBatcher(SymbolSpec spec, int shard, long epoch, int size, TimeSpan age, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly ReceivedPrint[] _prints = new ReceivedPrint[size];
    private int _count;
    private long _since;

    /// <summary>Gets the symbol and the scale of its prints.</summary>
    public SymbolSpec Spec => spec;

    /// <summary>Takes as many prints as fit.</summary>
    /// <param name="prints">The prints; what was taken is cut off.</param>
    /// <returns>A full batch to be published before more is added, or <see langword="null"/>.</returns>
    public ReadyBatch? Add(ref ReadOnlyMemory<ReceivedPrint> prints)
    {
        lock (_gate)
        {
            var taken = Math.Min(prints.Length, size - _count);
            prints.Span[..taken].CopyTo(_prints.AsSpan(_count));
            prints = prints[taken..];
            if (_count == 0)
            {
                _since = clock.GetTimestamp();
            }

            _count += taken;
            return _count == size ? Take() : null;
        }
    }

    /// <summary>What has waited long enough, or <see langword="null"/>.</summary>
    public ReadyBatch? TakeDue()
    {
        lock (_gate)
        {
            return _count > 0 && clock.GetElapsedTime(_since) >= age ? Take() : null;
        }
    }

    /// <summary>What is there, or <see langword="null"/>.</summary>
    public ReadyBatch? TakeAll()
    {
        lock (_gate)
        {
            return _count > 0 ? Take() : null;
        }
    }

    private ReadyBatch Take()
    {
        var batch = new ReadyBatch(TradeBatchCodec.Encode(spec, shard, epoch, _prints.AsSpan(0, _count)), _count, _prints[0].ReceivedTimeMicros);
        _count = 0;
        return batch;
    }
}

/// <summary>A batch to be published.</summary>
/// <param name="Payload">What <see cref="TradeBatchCodec.Encode"/> wrote.</param>
/// <param name="Count">How many prints it holds.</param>
/// <param name="ReceivedMicros">When the first of them was read, our clock, µs.</param>
internal readonly record struct ReadyBatch(byte[] Payload, int Count, long ReceivedMicros);
