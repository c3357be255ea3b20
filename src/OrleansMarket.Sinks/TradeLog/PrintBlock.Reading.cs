using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.TradeLog;

/// <content>How the columns are read: in the order in which they were written, each whole.</content>
internal static partial class PrintBlock
{
    private static void ReadColumns(VarintReader reader, in PrintBlockHeader header, SymbolSpec wanted, List<ReceivedPrint> into)
    {
        var (scale, count) = (header.Scale, header.Count);
        var layout = ReadLayout(ref reader);
        var (firstIds, lastIds) = ReadIds(ref reader, layout, header.Ids.First, count);
        var times = ReadSums(ref reader, 0, layout.TradeTimeUnit, count);
        var sells = ReadBits(ref reader, count);
        var prices = ReadSums(ref reader, 0, layout.PriceUnit, count);
        var quantities = ReadNumbers(ref reader, layout.QuantityUnit, count);
        var approximations = layout.Has(Contents.Approximations) ? ReadBits(ref reader, count) : default;
        var quotes = ReadQuotes(ref reader, layout, scale.SpecOf(default), prices, quantities);
        var delays = ReadNumbers(ref reader, layout.DelayUnit, count);
        var received = ReadSums(ref reader, header.FirstMicros, 1, count);
        into.EnsureCapacity(into.Count + count);
        for (var i = 0; i < count; i++)
        {
            var print = new Print(
                firstIds[i], lastIds[i], times[i], scale.Price(prices[i], wanted), scale.Quantity(quantities[i], wanted), scale.Quote(quotes[i], wanted),
                Bit(sells, i) ? TakerSide.Sell : TakerSide.Buy, Bit(approximations, i));
            into.Add(new ReceivedPrint(print, unchecked(times[i] + delays[i]), received[i]));
        }
    }

    private static Layout ReadLayout(ref VarintReader reader)
    {
        var contents = (Contents)reader.Byte();
        var zeros = reader.Byte();
        return zeros >> 4 <= SymbolSpec.MaxDecimals && (zeros & 15) <= SymbolSpec.MaxDecimals
            ? new Layout(contents, zeros >> 4, zeros & 15)
            : throw new InvalidDataException($"expected units of at most 8 zeros, found {zeros:X2}");
    }

    private static (long[] First, long[] Last) ReadIds(ref VarintReader reader, Layout layout, long first, int count)
    {
        // An id counts from the end of the print before, which the next column tells.
        var firstIds = ReadNumbers(ref reader, 1, count);
        var lastIds = new long[count];
        var next = first;
        for (var i = 0; i < count; i++)
        {
            unchecked
            {
                firstIds[i] += next;
                lastIds[i] = firstIds[i] + (layout.Has(Contents.Ranges) ? (long)reader.Unsigned() : 0);
                next = lastIds[i] + 1;
            }
        }

        return (firstIds, lastIds);
    }

    private static Int128[] ReadQuotes(ref VarintReader reader, Layout layout, SymbolSpec spec, long[] prices, long[] quantities)
    {
        var own = layout.Has(Contents.Quotes) ? ReadBits(ref reader, prices.Length) : default;
        var quotes = new Int128[prices.Length];
        for (var i = 0; i < quotes.Length; i++)
        {
            quotes[i] = Bit(own, i) ? reader.Wide() : spec.QuoteAmount(prices[i], quantities[i]);
        }

        return quotes;
    }

    /// <summary>A column of numbers, each its own.</summary>
    private static long[] ReadNumbers(ref VarintReader reader, long unit, int count)
    {
        var numbers = new long[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = unchecked(reader.Signed() * unit);
        }

        return numbers;
    }

    /// <summary>A column of numbers, each the difference from the one before.</summary>
    private static long[] ReadSums(ref VarintReader reader, long first, long unit, int count)
    {
        var numbers = new long[count];
        var sum = first;
        for (var i = 0; i < count; i++)
        {
            unchecked
            {
                sum += reader.Signed();
                numbers[i] = sum * unit;
            }
        }

        return numbers;
    }

    private static ReadOnlySpan<byte> ReadBits(ref VarintReader reader, int count) => reader.Bytes((count + 7) / 8);

    private static bool Bit(ReadOnlySpan<byte> bits, int index) => !bits.IsEmpty && (bits[index / 8] & (1 << (index % 8))) != 0;
}
