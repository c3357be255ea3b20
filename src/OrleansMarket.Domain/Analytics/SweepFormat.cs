using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Analytics;

/// <summary>Sweeps as bytes: the same fields in the same order wherever they are kept, with numbers as the place writes them.</summary>
public sealed class SweepFormat
{
    private readonly (Action<BinaryWriter, long> Write, Func<BinaryReader, long> Read) _long;
    private readonly (Action<BinaryWriter, int> Write, Func<BinaryReader, int> Read) _int;
    private readonly (Action<BinaryWriter, Int128> Write, Func<BinaryReader, Int128> Read) _wide;

    private SweepFormat(
        (Action<BinaryWriter, long> Write, Func<BinaryReader, long> Read) ofLong,
        (Action<BinaryWriter, int> Write, Func<BinaryReader, int> Read) ofInt,
        (Action<BinaryWriter, Int128> Write, Func<BinaryReader, Int128> Read) ofWide) => (_long, _int, _wide) = (ofLong, ofInt, ofWide);

    /// <summary>Gets the format of rows: numbers of fixed length, the high half of 128 bits first.</summary>
    public static SweepFormat Row { get; } = Fixed((SnapshotFormat.Write, SnapshotFormat.ReadInt128));

    /// <summary>Gets the format of the analytics' state: numbers of fixed length, the low half of 128 bits first.</summary>
    internal static SweepFormat State { get; } = Fixed((StateReader.WriteInt128, StateReader.ReadInt128));

    /// <summary>Gets the format of what waits in a snapshot: seven bits a byte.</summary>
    internal static SweepFormat Compact { get; } = new(
        (static (writer, value) => writer.Write7BitEncodedInt64(value), static reader => reader.Read7BitEncodedInt64()),
        (static (writer, value) => writer.Write7BitEncodedInt(value), static reader => reader.Read7BitEncodedInt()),
        (StateReader.WriteCompact128, StateReader.ReadCompact128));

    /// <summary>Writes what was seen of a sweep, without what was judged of it.</summary>
    public void Write(BinaryWriter writer, in Sweep sweep)
    {
        _long.Write(writer, sweep.FirstId);
        _long.Write(writer, sweep.LastId);
        _long.Write(writer, sweep.TradeTimeMicros);
        writer.Write((byte)sweep.Taker);
        _wide.Write(writer, sweep.Quantity);
        _wide.Write(writer, sweep.QuoteAmount);
        _long.Write(writer, sweep.FirstPrice);
        _long.Write(writer, sweep.LastPrice);
        _int.Write(writer, sweep.Levels);
        _long.Write(writer, sweep.PriceBefore);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public Sweep Read(BinaryReader reader) => new()
    {
        FirstId = _long.Read(reader),
        LastId = _long.Read(reader),
        TradeTimeMicros = _long.Read(reader),
        Taker = (TakerSide)reader.ReadByte(),
        Quantity = _wide.Read(reader),
        QuoteAmount = _wide.Read(reader),
        FirstPrice = _long.Read(reader),
        LastPrice = _long.Read(reader),
        Levels = _int.Read(reader),
        PriceBefore = _long.Read(reader),
    };

    /// <summary>Writes a whale: the sweep and what was judged of it.</summary>
    public void WriteWhale(BinaryWriter writer, in Sweep whale)
    {
        Write(writer, in whale);
        writer.Write(whale.NotionalUsd);
        writer.Write(whale.Threshold);
        writer.Write(whale.Revised);
    }

    /// <summary>Reads what <see cref="WriteWhale"/> wrote.</summary>
    public Sweep ReadWhale(BinaryReader reader) => Read(reader) with
    {
        NotionalUsd = reader.ReadDouble(),
        Threshold = reader.ReadDouble(),
        Revised = reader.ReadBoolean(),
    };

    private static SweepFormat Fixed((Action<BinaryWriter, Int128> Write, Func<BinaryReader, Int128> Read) wide) => new(
        (static (writer, value) => writer.Write(value), static reader => reader.ReadInt64()),
        (static (writer, value) => writer.Write(value), static reader => reader.ReadInt32()), wide);
}
