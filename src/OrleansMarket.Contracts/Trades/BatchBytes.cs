using System.Runtime.CompilerServices;

namespace OrleansMarket.Contracts.Trades;

/// <summary>Writes numbers of 7 bits a byte, lowest first, into a span that is large enough.</summary>
internal ref struct BatchWriter(Span<byte> bytes)
{
    private readonly Span<byte> _bytes = bytes;

    public int Position { get; private set; }

    public void Byte(byte value) => _bytes[Position++] = value;

    public void Unsigned(ulong value)
    {
        while (value >= 0x80)
        {
            _bytes[Position++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _bytes[Position++] = (byte)value;
    }

    /// <summary>A number that may be negative; small magnitudes are short (zigzag).</summary>
    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    public void Wide(Int128 value)
    {
        Unsigned((ulong)value);
        Unsigned((ulong)((UInt128)value >> 64));
    }
}

/// <summary>Reads what <see cref="BatchWriter"/> wrote. Damage sets <see cref="Failed"/> and reads as zeros: look at the end of each print.</summary>
internal ref struct BatchReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    public bool Failed { get; private set; }

    public readonly int Left => _bytes.Length - _position;

    public byte Byte()
    {
        if ((uint)_position < (uint)_bytes.Length)
        {
            return _bytes[_position++];
        }

        Failed = true;
        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Unsigned()
    {
        if ((uint)_position < (uint)_bytes.Length && _bytes[_position] < 0x80)
        {
            return _bytes[_position++];
        }

        return Longer();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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

    private ulong Longer()
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

        Failed = true;
        return 0;
    }
}
