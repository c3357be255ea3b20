namespace OrleansMarket.Sinks.TradeLog;

/// <summary>Reads what <see cref="VarintWriter"/> wrote.</summary>
internal ref struct VarintReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public byte Byte() => Position < _bytes.Length ? _bytes[Position++] : throw Short();

    public ReadOnlySpan<byte> Bytes(int length)
    {
        if ((uint)length > (uint)(_bytes.Length - Position))
        {
            throw Short();
        }

        Position += length;
        return _bytes.Slice(Position - length, length);
    }

    public ReadOnlySpan<byte> Rest() => Bytes(_bytes.Length - Position);

    public ulong Unsigned()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var b = Byte();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("expected a number of at most 10 bytes");
    }

    public int Count(int most) => Unsigned() is var value && value <= (ulong)most
        ? (int)value
        : throw new InvalidDataException($"expected a count of at most {most}, found {value}");

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public Int128 Wide()
    {
        var low = Unsigned();
        return (Int128)new UInt128(Unsigned(), low);
    }

    private static InvalidDataException Short() => new("expected more bytes");
}
