using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Contracts.Trades;

/// <summary>Where batches are read into: one per reader, used again for each batch. Not safe for use by several threads at once.</summary>
public sealed class TradeBatchBuffer
{
    private ReceivedPrint[] _prints = [];
    private int _count;

    /// <summary>Gets what the batch says of itself; <c>default</c> unless it was read.</summary>
    public TradeBatchHeader Header { get; private set; }

    /// <summary>Gets the prints of the batch that was read last, in the order of their arrival; none unless it was read.</summary>
    public ReadOnlySpan<ReceivedPrint> Prints => _prints.AsSpan(0, _count);

    /// <summary>Gets the same prints for use across an await; they are overwritten by the next batch.</summary>
    public ReadOnlyMemory<ReceivedPrint> Memory => _prints.AsMemory(0, _count);

    /// <summary>Gets why the batch was refused, for people; <see langword="null"/> when it was read.</summary>
    public string? Error { get; private set; }

    internal Span<ReceivedPrint> Rent(int count)
    {
        if (_prints.Length < count)
        {
            _prints = new ReceivedPrint[count];
        }

        return _prints.AsSpan(0, count);
    }

    internal TradeBatchVerdict Accept(in TradeBatchHeader header)
    {
        (Header, _count, Error) = (header, header.Count, null);
        return TradeBatchVerdict.Read;
    }

    internal TradeBatchVerdict Refuse(TradeBatchVerdict verdict, string error)
    {
        (Header, _count, Error) = (default, 0, error);
        return verdict;
    }
}
