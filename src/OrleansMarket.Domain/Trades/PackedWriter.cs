namespace OrleansMarket.Domain.Trades;

/// <summary>Writes numbers of 7 bits a byte, lowest first, into a span that is large enough.</summary>
internal ref struct PackedWriter(Span<byte> bytes)
{
    private readonly Span<byte> _bytes = bytes;

    /// <summary>Gets how many bytes are written.</summary>
    public int Position { get; private set; }

    /// <summary>Writes a byte.</summary>
    public void Byte(byte value) => _bytes[Position++] = value;

    /// <summary>Writes a number; small ones are short.</summary>
    public void Number(ulong value)
    {
        while (value >= 0x80)
        {
            _bytes[Position++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _bytes[Position++] = (byte)value;
    }

    /// <summary>A number that may be negative; small magnitudes are short (zigzag).</summary>
    public void Difference(long value) => Number((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Writes 128 bits as one number; small ones are short.</summary>
    public void Compact(Int128 value)
    {
        var rest = (UInt128)value;
        while (rest >= 0x80)
        {
            _bytes[Position++] = (byte)((byte)rest | 0x80);
            rest >>= 7;
        }

        _bytes[Position++] = (byte)rest;
    }

    /// <summary>Writes 128 bits, the low half first.</summary>
    public void Wide(Int128 value)
    {
        Number((ulong)value);
        Number((ulong)((UInt128)value >> 64));
    }
}
