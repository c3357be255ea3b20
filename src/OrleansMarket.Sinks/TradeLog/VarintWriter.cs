using System.Buffers;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>Writes packed numbers to a buffer that grows.</summary>
internal readonly struct VarintWriter(ArrayBufferWriter<byte> output)
{
    private const int LongestNumber = 10;

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
        var packed = new PackedWriter(output.GetSpan(LongestNumber));
        packed.Number(value);
        output.Advance(packed.Position);
    }

    public void Signed(long value)
    {
        var packed = new PackedWriter(output.GetSpan(LongestNumber));
        packed.Difference(value);
        output.Advance(packed.Position);
    }

    public void Wide(Int128 value)
    {
        var packed = new PackedWriter(output.GetSpan(2 * LongestNumber));
        packed.Wide(value);
        output.Advance(packed.Position);
    }
}
