using System.Buffers.Binary;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Sqlite;

namespace OrleansMarket.Silo.Redis;

/// <summary>
/// A candle as bytes. Revision (highest byte first), status and flags come first, so that the server can tell which of two candles wins
/// without knowing the rest; see <see cref="RedisCandleStore"/>.
/// </summary>
internal static class StoredCandle
{
    private const byte Version = 1;
    private const int Capacity = 160;

    public static byte[] Write(SymbolSpec spec, in Candle candle)
    {
        var written = candle;
        return StoredBytes.Write(Capacity, writer =>
        {
            writer.Write(Version);
            writer.Write(BinaryPrimitives.ReverseEndianness(written.Revision));
            writer.Write((byte)written.Status);
            writer.Write((byte)written.Flags);
            writer.Write((byte)StoredScale.Of(spec).Code);
            writer.Write7BitEncodedInt64(written.OpenTimeMicros);
            writer.Write7BitEncodedInt64(written.Open);
            writer.Write7BitEncodedInt64(written.High);
            writer.Write7BitEncodedInt64(written.Low);
            writer.Write7BitEncodedInt64(written.Close);
            Write(writer, written.Volume);
            Write(writer, written.QuoteVolume);
            Write(writer, written.TakerBuyVolume);
            Write(writer, written.TakerBuyQuoteVolume);
            writer.Write7BitEncodedInt64(written.TradeCount);
            writer.Write7BitEncodedInt64(written.FirstId + 1); // −1 means none
            writer.Write7BitEncodedInt64(written.LastId + 1);
            writer.Write7BitEncodedInt64(written.MissingIds);
        });
    }

    /// <summary>Reads a candle in the wanted scale.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or a newer build wrote them.</exception>
    public static Candle Read(byte[] bytes, SymbolSpec spec, CandleInterval interval) => StoredBytes.Read(bytes, reader =>
    {
        reader.Expect(Version, "candle");
        var revision = BinaryPrimitives.ReverseEndianness(reader.ReadInt32());
        var status = (CandleStatus)reader.ReadByte();
        var flags = (CandleFlags)reader.ReadByte();
        var scale = StoredScale.FromCode(reader.ReadByte());
        return new Candle
        {
            Interval = interval,
            OpenTimeMicros = reader.Read7BitEncodedInt64(),
            Open = scale.Price(reader.Read7BitEncodedInt64(), spec),
            High = scale.Price(reader.Read7BitEncodedInt64(), spec),
            Low = scale.Price(reader.Read7BitEncodedInt64(), spec),
            Close = scale.Price(reader.Read7BitEncodedInt64(), spec),
            Volume = scale.Quantity(ReadWide(reader), spec),
            QuoteVolume = scale.Quote(ReadWide(reader), spec),
            TakerBuyVolume = scale.Quantity(ReadWide(reader), spec),
            TakerBuyQuoteVolume = scale.Quote(ReadWide(reader), spec),
            TradeCount = reader.Read7BitEncodedInt64(),
            FirstId = reader.Read7BitEncodedInt64() - 1,
            LastId = reader.Read7BitEncodedInt64() - 1,
            MissingIds = reader.Read7BitEncodedInt64(),
            Revision = revision,
            Status = status,
            Flags = flags,
        };
    });

    // Sums are rarely longer than 64 bits, so the high half is mostly one byte.
    private static void Write(BinaryWriter writer, Int128 value)
    {
        writer.Write7BitEncodedInt64((long)(ulong)value);
        writer.Write7BitEncodedInt64((long)(ulong)((UInt128)value >> 64));
    }

    private static Int128 ReadWide(BinaryReader reader)
    {
        var low = (ulong)reader.Read7BitEncodedInt64();
        return new Int128((ulong)reader.Read7BitEncodedInt64(), low);
    }
}
