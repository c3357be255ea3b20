using System.Buffers;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Contracts.Trades;

/// <summary>
/// Micro-batches of one symbol's prints as bytes, as they travel from feed to engine. Each number is told as its difference from the print
/// before, and not at all where it repeats.
/// </summary>
/// <remarks>
/// A build reads what the build before it wrote, so that silos can be replaced one after the other; what a newer one wrote is refused, and
/// the gap it leaves is repaired by id. Version 1:
/// <code>
/// byte    version
/// byte    16 × price decimals + quantity decimals
/// number  shard, epoch, count of prints
/// then for each print, with everything before the first counted as 0:
/// byte    sell 1, price repeats 2, trade time repeats 4, delay repeats 8, receipt repeats 16,
///         one trade with the next id 32, quote amount told 64, quote amount approximate 128
/// number  first id − the next expected one, last id − first id          unless 32
/// number  trade time − the one before, µs                               unless 4
/// number  price − the one before                                        unless 2
/// number  quantity
/// number  quote amount, low and high half                               if 64; else it is price × quantity as the exchange cuts it
/// number  delay (event time − trade time) − the one before, µs          unless 8
/// number  receipt − the one before, µs                                  unless 16
/// </code>
/// A number has 7 bits a byte, lowest first, the top bit says that more follow; differences are zigzag coded and wrap around.
/// </remarks>
public static class TradeBatchCodec
{
    /// <summary>The version that this build writes, and the newest it reads.</summary>
    public const byte Version = 1;

    /// <summary>The most prints in one batch.</summary>
    public const int MaxPrints = 4_096;

    private const int MostHeaderBytes = 32;
    private const int MostPrintBytes = 91; // a byte and nine numbers of at most 10 bytes

    [Flags]
    private enum Head : byte
    {
        None = 0,
        Sell = 1,
        PriceRepeats = 2,
        TimeRepeats = 4,
        DelayRepeats = 8,
        ReceiptRepeats = 16,
        NextId = 32,
        QuoteTold = 64,
        QuoteApproximate = 128,
    }

    /// <summary>Writes a batch.</summary>
    /// <param name="spec">The scale of the prints.</param>
    /// <param name="shard">The feed shard that publishes it, ≥ 0.</param>
    /// <param name="epoch">The term of that shard's owner, ≥ 0.</param>
    /// <param name="prints">1 to <see cref="MaxPrints"/> prints of the symbol.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are none or too many prints, or a number is negative.</exception>
    public static byte[] Encode(SymbolSpec spec, int shard, long epoch, ReadOnlySpan<ReceivedPrint> prints)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfZero(prints.Length, nameof(prints));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prints.Length, MaxPrints, nameof(prints));
        var rented = ArrayPool<byte>.Shared.Rent(MostHeaderBytes + (prints.Length * MostPrintBytes));
        try
        {
            var writer = new PackedWriter(rented);
            writer.Byte(Version);
            writer.Byte((byte)((spec.PriceDecimals << 4) | spec.QuantityDecimals));
            writer.Number((ulong)shard);
            writer.Number((ulong)epoch);
            writer.Number((ulong)prints.Length);
            WritePrints(ref writer, spec, prints);
            return rented.AsSpan(0, writer.Position).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Reads a batch in the scale of the reader. Bytes of any content are judged, never thrown at.</summary>
    /// <param name="payload">The bytes.</param>
    /// <param name="spec">The symbol and the wanted scale.</param>
    /// <param name="into">Takes header and prints, or the reason of a refusal.</param>
    public static TradeBatchVerdict Decode(ReadOnlySpan<byte> payload, SymbolSpec spec, TradeBatchBuffer into)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(into);
        var reader = new PackedReader(payload);
        var version = reader.Byte();
        if (reader.Failed || version == 0)
        {
            return into.Refuse(TradeBatchVerdict.Malformed, $"expected a batch of trades, found {payload.Length} bytes that are none");
        }

        if (version > Version)
        {
            return into.Refuse(
                TradeBatchVerdict.NewerVersion, $"expected trades in version {Version} of the encoding, found version {version}: update this silo to the build that wrote them");
        }

        var scale = reader.Byte();
        var shard = reader.Number();
        var epoch = reader.Number();
        var count = reader.Number();
        if (reader.Failed || scale >> 4 > SymbolSpec.MaxDecimals || (scale & 15) > SymbolSpec.MaxDecimals || shard > int.MaxValue || epoch > long.MaxValue
            || count is 0 or > MaxPrints || count > (ulong)reader.Left)
        {
            return into.Refuse(TradeBatchVerdict.Malformed, "expected the header of a batch of trades, found other bytes");
        }

        var header = new TradeBatchHeader(version, (int)shard, (long)epoch, scale >> 4, scale & 15, (int)count);
        if (header.PriceDecimals > spec.PriceDecimals || header.QuantityDecimals > spec.QuantityDecimals)
        {
            return into.Refuse(
                TradeBatchVerdict.OtherScale,
                $"expected {spec.Symbol} with at most {spec.PriceDecimals} price and {spec.QuantityDecimals} quantity decimals, found {header.PriceDecimals} and {header.QuantityDecimals}");
        }

        return ReadPrints(ref reader, header, spec, into);
    }

    private static void WritePrints(ref PackedWriter writer, SymbolSpec spec, ReadOnlySpan<ReceivedPrint> prints)
    {
        // Differences wrap around where 64 bits do not hold them, and wrap back when they are read.
        unchecked
        {
            long next = 0, time = 0, price = 0, delay = 0, receipt = 0;
            foreach (ref readonly var received in prints)
            {
                var print = received.Print;
                var newDelay = received.EventTimeMicros - print.TradeTimeMicros;
                var head = (print.Taker == TakerSide.Sell ? Head.Sell : 0)
                    | (print.Price == price ? Head.PriceRepeats : 0)
                    | (print.TradeTimeMicros == time ? Head.TimeRepeats : 0)
                    | (newDelay == delay ? Head.DelayRepeats : 0)
                    | (received.ReceivedTimeMicros == receipt ? Head.ReceiptRepeats : 0)
                    | (print.FirstId == next && print.LastId == next ? Head.NextId : 0)
                    | (print.QuoteAmount != spec.QuoteAmount(print.Price, print.Quantity) ? Head.QuoteTold : 0)
                    | (print.QuoteIsApproximate ? Head.QuoteApproximate : 0);
                writer.Byte((byte)head);
                if ((head & Head.NextId) == 0)
                {
                    writer.Difference(print.FirstId - next);
                    writer.Number((ulong)(print.LastId - print.FirstId));
                }

                if ((head & Head.TimeRepeats) == 0)
                {
                    writer.Difference(print.TradeTimeMicros - time);
                }

                if ((head & Head.PriceRepeats) == 0)
                {
                    writer.Difference(print.Price - price);
                }

                writer.Number((ulong)print.Quantity);
                if ((head & Head.QuoteTold) != 0)
                {
                    writer.Wide(print.QuoteAmount);
                }

                if ((head & Head.DelayRepeats) == 0)
                {
                    writer.Difference(newDelay - delay);
                }

                if ((head & Head.ReceiptRepeats) == 0)
                {
                    writer.Difference(received.ReceivedTimeMicros - receipt);
                }

                (next, time, price, delay, receipt) = (print.LastId + 1, print.TradeTimeMicros, print.Price, newDelay, received.ReceivedTimeMicros);
            }
        }
    }

    private static TradeBatchVerdict ReadPrints(ref PackedReader reader, in TradeBatchHeader header, SymbolSpec spec, TradeBatchBuffer into)
    {
        var prints = into.Rent(header.Count);
        var written = header.SpecOf(spec.Symbol);
        var priceUnit = ScaledNumber.PowerOfTen(spec.PriceDecimals - header.PriceDecimals);
        var quantityUnit = ScaledNumber.PowerOfTen(spec.QuantityDecimals - header.QuantityDecimals);
        var quoteUnit = ScaledNumber.PowerOfTen(spec.QuoteDecimals - written.QuoteDecimals);
        var (mostPrice, mostQuantity, mostQuote) = (long.MaxValue / priceUnit, long.MaxValue / quantityUnit, Int128.MaxValue / quoteUnit);
        unchecked
        {
            long next = 0, time = 0, price = 0, delay = 0, receipt = 0;
            for (var i = 0; i < prints.Length; i++)
            {
                var head = (Head)reader.Byte();
                var first = next;
                var last = next;
                if ((head & Head.NextId) == 0)
                {
                    first += reader.Difference();
                    last = first + (long)reader.Number();
                }

                time += (head & Head.TimeRepeats) == 0 ? reader.Difference() : 0;
                price += (head & Head.PriceRepeats) == 0 ? reader.Difference() : 0;
                var quantity = (long)reader.Number();
                var told = (head & Head.QuoteTold) != 0 ? reader.Wide() : 0;
                delay += (head & Head.DelayRepeats) == 0 ? reader.Difference() : 0;
                receipt += (head & Head.ReceiptRepeats) == 0 ? reader.Difference() : 0;
                next = last + 1;
                if (reader.Failed || first < 0 || last < first || price <= 0 || quantity <= 0 || told < 0 || time is < Micros.Earliest or >= Micros.Latest)
                {
                    return into.Refuse(TradeBatchVerdict.Malformed, $"expected {header.Count} trades of {spec.Symbol}, found other bytes at number {i + 1}");
                }

                if (price > mostPrice || quantity > mostQuantity || told > mostQuote)
                {
                    return into.Refuse(TradeBatchVerdict.OtherScale, $"expected numbers of {spec.Symbol} that fit 64 bits, found a larger one at trade {first}");
                }

                // A finer scale cuts the same quote amounts, so what is not told is the same in both.
                var (here, size) = (price * priceUnit, quantity * quantityUnit);
                var quote = (head & Head.QuoteTold) != 0 ? told * quoteUnit : spec.QuoteAmount(here, size);
                prints[i] = new ReceivedPrint(
                    new Print(first, last, time, here, size, quote, (head & Head.Sell) != 0 ? TakerSide.Sell : TakerSide.Buy, (head & Head.QuoteApproximate) != 0),
                    time + delay, receipt);
            }
        }

        return reader.Left == 0
            ? into.Accept(header)
            : into.Refuse(TradeBatchVerdict.Malformed, $"expected the end after {header.Count} trades of {spec.Symbol}, found {reader.Left} more bytes");
    }
}
