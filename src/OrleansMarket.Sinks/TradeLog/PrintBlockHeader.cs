using System.Text;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>What a block of prints says of itself; enough to decide whether to read it.</summary>
/// <param name="Scale">The decimals of its numbers.</param>
/// <param name="Count">How many prints.</param>
/// <param name="Ids">Lowest and highest trade id.</param>
/// <param name="FirstMicros">Lowest trade time, µs.</param>
/// <param name="LastMicros">Highest trade time, µs, inclusive.</param>
internal readonly record struct PrintBlockHeader(StoredScale Scale, int Count, IdRange Ids, long FirstMicros, long LastMicros)
{
    /// <summary>The most bytes a header takes, symbol included.</summary>
    public const int MaxLength = 256;

    /// <summary>The most prints in a block; what a damaged count is checked against.</summary>
    public const int MaxCount = 1 << 20;

    public static PrintBlockHeader Of(StoredScale scale, ReadOnlySpan<ReceivedPrint> prints)
    {
        long firstId = long.MaxValue, lastId = long.MinValue, first = long.MaxValue, last = long.MinValue;
        foreach (ref readonly var received in prints)
        {
            firstId = Math.Min(firstId, received.Print.FirstId);
            lastId = Math.Max(lastId, received.Print.LastId);
            first = Math.Min(first, received.Print.TradeTimeMicros);
            last = Math.Max(last, received.Print.TradeTimeMicros);
        }

        return new(scale, prints.Length, new IdRange(firstId, lastId), first, last);
    }

    public void Write(VarintWriter writer, Symbol? symbol)
    {
        writer.Byte((byte)((Scale.PriceDecimals << 4) | Scale.QuantityDecimals));
        writer.Unsigned((ulong)Count);
        writer.Signed(Ids.First);
        writer.Unsigned((ulong)(Ids.Last - Ids.First));
        writer.Signed(FirstMicros);
        writer.Unsigned((ulong)(LastMicros - FirstMicros));
        if (symbol is { } named)
        {
            var name = Encoding.UTF8.GetBytes(named.Value);
            writer.Unsigned((ulong)name.Length);
            writer.Bytes(name);
        }
    }

    public static PrintBlockHeader Read(ref VarintReader reader)
    {
        var scale = reader.Byte();
        var count = reader.Count(MaxCount);
        var firstId = reader.Signed();
        var lastId = firstId + (long)reader.Unsigned();
        var first = reader.Signed();
        return new(StoredScale.FromCode(scale), count, new IdRange(firstId, lastId), first, first + (long)reader.Unsigned());
    }

    /// <summary>The symbol that follows the header in the journal.</summary>
    public static Symbol ReadSymbol(ref VarintReader reader)
    {
        var name = Encoding.UTF8.GetString(reader.Bytes(reader.Count(4 * Symbol.MaxLength)));
        return Symbol.IsPlausible(name) ? new Symbol(name) : throw new InvalidDataException($"expected a symbol, found '{name}'");
    }
}
