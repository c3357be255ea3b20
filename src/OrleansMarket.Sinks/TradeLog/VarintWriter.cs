using System.Buffers;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>Writes numbers with as few bytes as they need: 7 bits a byte, lowest first.</summary>
internal readonly struct VarintWriter(ArrayBufferWriter<byte> output)
{
    public void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(output.GetSpan(value.Length));
        output.Advance(value.Length);
    }

    public void Unsigned(ulong value)
    {
        var span = output.GetSpan(10);
        var length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        output.Advance(length);
    }

    /// <summary>A number that may be negative; small magnitudes are short (zigzag).</summary>
    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    public void Wide(Int128 value)
    {
        Unsigned((ulong)value);
        Unsigned((ulong)((UInt128)value >> 64));
    }
}
