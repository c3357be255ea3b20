using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>Reads what <see cref="VarintWriter"/> wrote. Damage is an <see cref="InvalidDataException"/>.</summary>
internal ref struct VarintReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private PackedReader _packed = new(bytes);

    public readonly int Position => _packed.Position;

    public byte Byte() => Checked(_packed.Byte());

    public ReadOnlySpan<byte> Bytes(int length)
    {
        if ((uint)length > (uint)_packed.Left)
        {
            throw Damage();
        }

        var start = _packed.Position;
        _packed.Skip(length);
        return _bytes.Slice(start, length);
    }

    public ReadOnlySpan<byte> Rest() => Bytes(_packed.Left);

    public ulong Unsigned() => Checked(_packed.Number());

    public int Count(int most) => Unsigned() is var value && value <= (ulong)most
        ? (int)value
        : throw new InvalidDataException($"expected a count of at most {most}, found {value}");

    public long Signed() => Checked(_packed.Difference());

    public Int128 Wide() => Checked(_packed.Wide());

    private readonly T Checked<T>(T value) => _packed.Failed ? throw Damage() : value;

    private static InvalidDataException Damage() => new("expected more bytes, or a number of at most 10");
}
