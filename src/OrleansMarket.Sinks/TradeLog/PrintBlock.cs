using System.Buffers;
using System.IO.Compression;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>
/// Prints as bytes, one column after the other: each number as its difference from the one before, so that what rises by one, repeats or stays
/// close takes a byte or less once packed. Quote amounts are stored only where they are not what price and quantity give.
/// </summary>
internal static partial class PrintBlock
{
    // Measured on the capture of 2024-08-08 (two symbols): quality 5 packs within 1 % of quality 9 at eighteen times its speed.
    private const int Quality = 5;
    private const int Window = 18;

    private const byte Plain = 0;
    private const byte Brotli = 1;

    [Flags]
    private enum Contents : byte
    {
        None = 0,
        Ranges = 1,
        Quotes = 2,
        Approximations = 4,
        TradeTimesInMilliseconds = 8,
        DelaysInMilliseconds = 16,
    }

    /// <summary>Appends the columns of the prints to a header that was just written.</summary>
    public static void Write(VarintWriter writer, in PrintBlockHeader header, ReadOnlySpan<ReceivedPrint> prints, bool pack)
    {
        if (!pack)
        {
            writer.Byte(Plain);
            WriteColumns(writer, header, prints);
            return;
        }

        var columns = new ArrayBufferWriter<byte>((prints.Length * 16) + 256);
        WriteColumns(new VarintWriter(columns), header, prints);
        var rented = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(columns.WrittenCount));
        try
        {
            if (BrotliEncoder.TryCompress(columns.WrittenSpan, rented, out var packed, Quality, Window) && packed < columns.WrittenCount)
            {
                writer.Byte(Brotli);
                writer.Unsigned((ulong)columns.WrittenCount);
                writer.Bytes(rented.AsSpan(0, packed));
            }
            else
            {
                writer.Byte(Plain);
                writer.Bytes(columns.WrittenSpan);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Reads the prints that follow a header, in the scale of the specification.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static void Read(VarintReader reader, in PrintBlockHeader header, SymbolSpec spec, List<ReceivedPrint> into)
    {
        switch (reader.Byte())
        {
            case Plain:
                ReadColumns(reader, header, spec, into);
                break;
            case Brotli:
                var length = reader.Count(PrintBlockHeader.MaxCount * 128);
                var rented = ArrayPool<byte>.Shared.Rent(length);
                try
                {
                    if (!BrotliDecoder.TryDecompress(reader.Rest(), rented.AsSpan(0, length), out var written) || written != length)
                    {
                        throw new InvalidDataException($"expected {length} packed bytes");
                    }

                    ReadColumns(new VarintReader(rented.AsSpan(0, length)), header, spec, into);
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(rented);
                }

                break;
            case var codec:
                throw new InvalidDataException($"expected codec 0 or 1, found {codec}");
        }
    }

    /// <summary>Which columns a block has, and the units in which its columns count.</summary>
    /// <param name="Contents">The columns that not every block has, and the unit of times.</param>
    /// <param name="PriceZeros">How many zeros every price ends in.</param>
    /// <param name="QuantityZeros">How many zeros every quantity ends in.</param>
    private readonly record struct Layout(Contents Contents, int PriceZeros, int QuantityZeros)
    {
        public long PriceUnit => ScaledNumber.PowerOfTen(PriceZeros);

        public long QuantityUnit => ScaledNumber.PowerOfTen(QuantityZeros);

        public long TradeTimeUnit => Has(Contents.TradeTimesInMilliseconds) ? Micros.PerMillisecond : 1;

        public long DelayUnit => Has(Contents.DelaysInMilliseconds) ? Micros.PerMillisecond : 1;

        public bool Has(Contents content) => (Contents & content) != 0;
    }
}
