using System.Runtime.CompilerServices;

namespace OrleansMarket.Domain.Trades;

/// <summary>Reads what <see cref="PackedWriter"/> wrote. Damage sets <see cref="Failed"/> and reads as zeros: look at it before the numbers are used.</summary>
internal ref struct PackedReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    /// <summary>Gets whether more was read than there is, or something that is no number.</summary>
    public bool Failed { get; private set; }

    /// <summary>Gets how many bytes are left.</summary>
    public readonly int Left => _bytes.Length - _position;

    /// <summary>Gets how many bytes were read.</summary>
    public readonly int Position => _position;

    /// <summary>Reads a byte.</summary>
    public byte Byte()
    {
        if ((uint)_position < (uint)_bytes.Length)
        {
            return _bytes[_position++];
        }

        Failed = true;
        return 0;
    }

    /// <summary>Leaves out bytes.</summary>
    public void Skip(int count)
    {
        Failed |= (uint)count > (uint)Left;
        _position = Math.Clamp(_position + Math.Max(0, count), 0, _bytes.Length);
    }

    /// <summary>Reads a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Number()
    {
        if ((uint)_position < (uint)_bytes.Length && _bytes[_position] < 0x80)
        {
            return _bytes[_position++];
        }

        return Longer();
    }

    /// <summary>Reads a number that may be negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Difference()
    {
        var value = Number();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>Reads 128 bits.</summary>
    public Int128 Wide()
    {
        var low = Number();
        return (Int128)new UInt128(Number(), low);
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
