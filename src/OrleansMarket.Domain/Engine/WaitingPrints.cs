using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Engine;

/// <summary>The reorder buffer: prints that wait, by id, behind an open gap.</summary>
internal sealed class WaitingPrints
{
    private readonly PriorityQueue<Print, long> _prints = new();

    public int Count => _prints.Count;

    public void Add(in Print print) => _prints.Enqueue(print, print.FirstId);

    /// <summary>Takes the first print when it begins at the given id.</summary>
    public bool TryTake(long firstId, out Print print)
    {
        if (_prints.TryPeek(out print, out var id) && id == firstId)
        {
            _prints.Dequeue();
            return true;
        }

        return false;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_prints.Count);
        foreach (var (print, _) in _prints.UnorderedItems.OrderBy(item => item.Priority))
        {
            writer.Write(print.FirstId);
            writer.Write(print.LastId);
            writer.Write(print.TradeTimeMicros);
            writer.Write(print.Price);
            writer.Write(print.Quantity);
            SnapshotFormat.Write(writer, print.QuoteAmount);
            writer.Write((byte)print.Taker);
            writer.Write(print.QuoteIsApproximate);
        }
    }

    public void Load(BinaryReader reader)
    {
        _prints.Clear();
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            Add(new Print(
                reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt128(),
                (TakerSide)reader.ReadByte(), reader.ReadBoolean()));
        }
    }
}
