using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance.Streams;

/// <summary>The prints of one symbol that one burst has brought, and the last id seen on the connection.</summary>
internal sealed class SymbolBatch(SymbolSpec spec, int capacity)
{
    private const int FirstCapacity = 8;

    private ReceivedPrint[] _prints = new ReceivedPrint[Math.Min(FirstCapacity, capacity)];
    private long _lastId = -1;

    public SymbolSpec Spec { get; } = spec;

    public int Count { get; private set; }

    public bool IsFull => Count == capacity;

    public ReadOnlyMemory<ReceivedPrint> Prints => _prints.AsMemory(0, Count);

    /// <summary>Gets the highest id seen; −1 before the first. Read from other threads.</summary>
    public long LastId => Volatile.Read(ref _lastId);

    public void Add(in ReceivedPrint print)
    {
        if (Count == _prints.Length)
        {
            Array.Resize(ref _prints, Math.Min(capacity, Count * 4));
        }

        _prints[Count++] = print;
        if (print.Print.LastId > _lastId)
        {
            Volatile.Write(ref _lastId, print.Print.LastId);
        }
    }

    public void Clear() => Count = 0;
}
