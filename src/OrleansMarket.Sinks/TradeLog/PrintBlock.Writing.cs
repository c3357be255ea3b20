using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.TradeLog;

/// <content>How the columns are written. Differences wrap around where 64 bits do not hold them, and wrap back when they are read.</content>
internal static partial class PrintBlock
{
    private static void WriteColumns(VarintWriter writer, in PrintBlockHeader header, ReadOnlySpan<ReceivedPrint> prints)
    {
        var spec = header.Scale.SpecOf(default);
        var layout = LayoutOf(prints, spec);
        writer.Byte((byte)layout.Contents);
        writer.Byte((byte)((layout.PriceZeros << 4) | layout.QuantityZeros));
        WriteIds(writer, layout, header.Ids.First, prints);
        WriteTradeTimes(writer, layout.TradeTimeUnit, prints);
        WriteBits(writer, prints, static print => print.Taker == TakerSide.Sell);
        WritePrices(writer, layout.PriceUnit, prints);
        var quantityUnit = layout.QuantityUnit;
        foreach (ref readonly var received in prints)
        {
            writer.Signed(received.Print.Quantity / quantityUnit);
        }

        if (layout.Has(Contents.Approximations))
        {
            WriteBits(writer, prints, static print => print.QuoteIsApproximate);
        }

        if (layout.Has(Contents.Quotes))
        {
            WriteQuotes(writer, spec, prints);
        }

        WriteDelays(writer, layout.DelayUnit, prints);
        WriteReceivedTimes(writer, header.FirstMicros, prints);
    }

    private static Layout LayoutOf(ReadOnlySpan<ReceivedPrint> prints, SymbolSpec spec)
    {
        var contents = Contents.TradeTimesInMilliseconds | Contents.DelaysInMilliseconds;
        int priceZeros = SymbolSpec.MaxDecimals, quantityZeros = SymbolSpec.MaxDecimals;
        foreach (ref readonly var received in prints)
        {
            var print = received.Print;
            contents |= print.LastId != print.FirstId ? Contents.Ranges : 0;
            contents |= print.QuoteIsApproximate ? Contents.Approximations : 0;
            contents |= HasOwnQuote(in print, spec) ? Contents.Quotes : 0;
            contents &= print.TradeTimeMicros % Micros.PerMillisecond != 0 ? ~Contents.TradeTimesInMilliseconds : contents;
            contents &= unchecked(received.EventTimeMicros - print.TradeTimeMicros) % Micros.PerMillisecond != 0 ? ~Contents.DelaysInMilliseconds : contents;
            priceZeros = ZerosOf(print.Price, priceZeros);
            quantityZeros = ZerosOf(print.Quantity, quantityZeros);
        }

        return new Layout(contents, priceZeros, quantityZeros);
    }

    private static void WriteIds(VarintWriter writer, Layout layout, long first, ReadOnlySpan<ReceivedPrint> prints)
    {
        unchecked
        {
            var next = first;
            foreach (ref readonly var received in prints)
            {
                writer.Signed(received.Print.FirstId - next);
                next = received.Print.LastId + 1;
            }

            if (layout.Has(Contents.Ranges))
            {
                foreach (ref readonly var received in prints)
                {
                    writer.Unsigned((ulong)(received.Print.LastId - received.Print.FirstId));
                }
            }
        }
    }

    private static void WriteTradeTimes(VarintWriter writer, long unit, ReadOnlySpan<ReceivedPrint> prints)
    {
        var previous = 0L;
        foreach (ref readonly var received in prints)
        {
            var time = received.Print.TradeTimeMicros / unit;
            writer.Signed(unchecked(time - previous));
            previous = time;
        }
    }

    private static void WritePrices(VarintWriter writer, long unit, ReadOnlySpan<ReceivedPrint> prints)
    {
        var previous = 0L;
        foreach (ref readonly var received in prints)
        {
            var price = received.Print.Price / unit;
            writer.Signed(unchecked(price - previous));
            previous = price;
        }
    }

    private static void WriteQuotes(VarintWriter writer, SymbolSpec spec, ReadOnlySpan<ReceivedPrint> prints)
    {
        WriteBits(writer, prints, print => HasOwnQuote(in print, spec));
        foreach (ref readonly var received in prints)
        {
            var print = received.Print;
            if (HasOwnQuote(in print, spec))
            {
                writer.Wide(print.QuoteAmount);
            }
        }
    }

    private static void WriteDelays(VarintWriter writer, long unit, ReadOnlySpan<ReceivedPrint> prints)
    {
        foreach (ref readonly var received in prints)
        {
            writer.Signed(unchecked(received.EventTimeMicros - received.Print.TradeTimeMicros) / unit);
        }
    }

    private static void WriteReceivedTimes(VarintWriter writer, long firstMicros, ReadOnlySpan<ReceivedPrint> prints)
    {
        var previous = firstMicros;
        foreach (ref readonly var received in prints)
        {
            writer.Signed(unchecked(received.ReceivedTimeMicros - previous));
            previous = received.ReceivedTimeMicros;
        }
    }

    private static void WriteBits(VarintWriter writer, ReadOnlySpan<ReceivedPrint> prints, Func<Print, bool> test)
    {
        for (var start = 0; start < prints.Length; start += 8)
        {
            byte bits = 0;
            for (var i = start; i < Math.Min(start + 8, prints.Length); i++)
            {
                bits |= (byte)(test(prints[i].Print) ? 1 << (i - start) : 0);
            }

            writer.Byte(bits);
        }
    }

    private static bool HasOwnQuote(in Print print, SymbolSpec spec) => print.QuoteAmount != spec.QuoteAmount(print.Price, print.Quantity);

    private static int ZerosOf(long value, int most)
    {
        while (most > 0 && value % ScaledNumber.PowerOfTen(most) != 0)
        {
            most--;
        }

        return most;
    }
}
